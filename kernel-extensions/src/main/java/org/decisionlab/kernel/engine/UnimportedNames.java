// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor.Exports;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;

/**
 * Names of packages and public classes that code may use qualified, whether it imports them or not:
 * those that modules of the JDK export, and those of the class path.
 */
final class UnimportedNames {

  private final ClassPath classPath;

  UnimportedNames(ClassPath classPath) {
    this.classPath = classPath;
  }

  /** A package that a module of the JDK exports to all. */
  private record Exported(String module, String name) {}

  /**
   * The next part of the names of packages.
   *
   * @param enclosing a package, or nothing
   * @param begin what the part begins with
   */
  Set<String> packagesIn(String enclosing, String begin) {
    String before = enclosing.isEmpty() ? begin : enclosing + "." + begin;
    int from = before.length() - begin.length();
    Set<String> parts = new TreeSet<>();
    Stream.concat(exported().map(Exported::name), classPath.packages().stream())
        .filter(name -> name.startsWith(before) && name.length() > from)
        .forEach(name -> parts.add(name.substring(from).replaceAll("\\..*", "")));
    return parts;
  }

  /** The simple names of the classes of a package that are no members of others. */
  Set<String> simpleNames(String packageName) {
    Set<String> names = new HashSet<>();
    try {
      for (JavaFileObject each : classPath.classes(packageName)) {
        names.add(((LibraryClass) each).simpleName());
      }
      for (Path folder : foldersOfJdk(packageName)) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.class")) {
          files.forEach(each -> names.add(each.getFileName().toString().replace(".class", "")));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    names.removeIf(each -> each.indexOf('$') >= 0);
    return names;
  }

  /** Whether a class that is there is public. */
  boolean isPublic(String packageName, String simpleName) {
    try {
      for (JavaFileObject each : classPath.classes(packageName)) {
        if (((LibraryClass) each).simpleName().equals(simpleName)) {
          return isPublic(each);
        }
      }
      for (Path folder : foldersOfJdk(packageName)) {
        Path file = folder.resolve(simpleName + ".class");
        if (Files.exists(file)) {
          return isPublic(Files.readAllBytes(file));
        }
      }
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where the JDK has the classes of a package that a module exports. */
  private static List<Path> foldersOfJdk(String packageName) {
    FileSystem jdk = FileSystems.getFileSystem(URI.create("jrt:/"));
    return exported()
        .filter(each -> each.name.equals(packageName))
        .map(each -> jdk.getPath("/modules", each.module, each.name.replace('.', '/')))
        .filter(Files::isDirectory)
        .toList();
  }

  /** The public classes of a package whose simple names begin like this. */
  List<String> classesIn(String packageName, String begin) throws IOException {
    return classPath.classes(packageName).stream()
        .map(LibraryClass.class::cast)
        .filter(file -> file.simpleName().startsWith(begin) && file.simpleName().indexOf('$') < 0)
        .filter(UnimportedNames::isPublic)
        .map(LibraryClass::simpleName)
        .sorted()
        .toList();
  }

  /** The qualified names of public classes of a simple name. */
  List<String> qualified(String simpleName) throws IOException {
    Stream<String> ofPath =
        classPath.named(simpleName).stream()
            .filter(UnimportedNames::isPublic)
            .map(LibraryClass.class::cast)
            .map(LibraryClass::binaryName);
    FileSystem jdk = FileSystems.getFileSystem(URI.create("jrt:/"));
    Stream<String> ofJdk =
        exported()
            .filter(
                each ->
                    Files.exists(
                        jdk.getPath(
                            "/modules",
                            each.module,
                            each.name.replace('.', '/'),
                            simpleName + ".class")))
            .map(each -> each.name + "." + simpleName);
    return Stream.concat(ofJdk, ofPath).distinct().sorted().toList();
  }

  private static Stream<Exported> exported() {
    return ModuleLayer.boot().modules().stream()
        .flatMap(
            module ->
                module.getDescriptor().exports().stream()
                    .filter(exports -> !exports.isQualified())
                    .map(Exports::source)
                    .map(name -> new Exported(module.getName(), name)));
  }

  private static boolean isPublic(JavaFileObject file) {
    try (InputStream in = file.openInputStream()) {
      return isPublic(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isPublic(byte[] classFile) {
    return (new ClassReader(classFile).getAccess() & Opcodes.ACC_PUBLIC) != 0;
  }
}
