// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.tools.JavaFileObject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The class path as compilers look at it: which packages it has, and which classes are in one. A
 * jar is known by its central directory, of which only the packages are kept until a compiler asks
 * for what is in one of them. What comes first on the path hides what comes later. Thread safe.
 */
final class ClassPath {

  private static final Logger LOG = LoggerFactory.getLogger(ClassPath.class);

  private final Map<Path, ClassSource> sources = new LinkedHashMap<>();
  private final Map<String, List<ClassSource>> byPackage = new HashMap<>();
  private final CompletableFuture<Void> read = new CompletableFuture<>();

  /** A folder or a jar of the class path. */
  interface ClassSource {

    /** The packages, with dots, of which there are classes; the unnamed one is empty. */
    Set<String> packages();

    /** Adds the classes of a package by their simple file name, unless there is one already. */
    void addTo(Map<String, JavaFileObject> classes, String packageName) throws IOException;

    /** Whether there may be classes of a package now or later. */
    boolean mayHave(String packageName);

    /** Whether there is a package of this name now. */
    boolean has(String packageName);

    /** Whether there is a class of one of these simple names in a package. */
    boolean hasAny(String packageName, Set<String> simpleNames) throws IOException;

    /** The classes of a simple name, in whatever package. */
    List<LibraryClass> named(String simpleName) throws IOException;

    /** What else belongs to the class path because of this. */
    default List<Path> more() {
      return List.of();
    }
  }

  private ClassPath() {}

  /** Begins to read the class path of this JVM; who asks for what is on it waits for the end. */
  static ClassPath ofThisJvm() {
    ClassPath classPath = new ClassPath();
    String path = System.getProperty("java.class.path", "");
    Thread reader =
        new Thread(
            () -> {
              try {
                Arrays.stream(path.split(File.pathSeparator, -1))
                    .filter(entry -> !entry.isEmpty())
                    .forEach(entry -> classPath.read(Path.of(entry)));
              } finally {
                classPath.read.complete(null);
              }
            },
            "class-path");
    reader.setDaemon(true);
    reader.start();
    return classPath;
  }

  /** Adds a jar or a folder to the end of the path; one that is there stays where it is. */
  void add(Path entry) {
    read.join();
    read(entry);
  }

  private synchronized void read(Path entry) {
    Path path = entry.toAbsolutePath().normalize();
    if (sources.containsKey(path) || !Files.exists(path)) {
      return;
    }
    try {
      ClassSource source =
          Files.isDirectory(path) ? new FolderOfClasses(path) : new JarOfClasses(path);
      sources.put(path, source);
      byPackage.clear();
      source.more().forEach(this::read);
    } catch (IOException e) {
      LOG.warn("{} is left out of the class path: {}", path, e.toString());
    }
  }

  /** The class files of a package, by the order of the path. */
  List<JavaFileObject> classes(String packageName) throws IOException {
    Map<String, JavaFileObject> classes = new LinkedHashMap<>();
    for (ClassSource source : of(packageName)) {
      source.addTo(classes, packageName);
    }
    return new ArrayList<>(classes.values());
  }

  /**
   * Whether an import of all that a package has may give one of these names a meaning. It may if
   * the package is none of the class path, or not only of that.
   */
  boolean mayMean(String packageName, Set<String> simpleNames) throws IOException {
    boolean known = false;
    for (ClassSource source : of(packageName)) {
      if (source.hasAny(packageName, simpleNames)) {
        return true;
      }
      known |= source.has(packageName);
    }
    return !known || isOfJdk(packageName);
  }

  /** All packages of which there are classes. */
  Set<String> packages() {
    Set<String> packages = new LinkedHashSet<>();
    all().forEach(source -> packages.addAll(source.packages()));
    return packages;
  }

  /** The packages below one and its class files, as the compiler asks for them all at once. */
  List<JavaFileObject> classesBelow(String packageName) throws IOException {
    List<JavaFileObject> found = new ArrayList<>();
    for (String each : packages()) {
      if (packageName.isEmpty() || each.equals(packageName) || each.startsWith(packageName + ".")) {
        found.addAll(classes(each));
      }
    }
    return found;
  }

  /** The class files of a simple name, in whatever package, by the order of the path. */
  List<JavaFileObject> named(String simpleName) throws IOException {
    Map<String, JavaFileObject> found = new LinkedHashMap<>();
    for (ClassSource source : all()) {
      for (LibraryClass each : source.named(simpleName)) {
        found.putIfAbsent(each.binaryName(), each);
      }
    }
    return new ArrayList<>(found.values());
  }

  /** Whether a module of the JDK has classes of a package. */
  static boolean isOfJdk(String packageName) {
    return ModuleLayer.boot().modules().stream()
        .anyMatch(module -> module.getPackages().contains(packageName));
  }

  private List<ClassSource> of(String packageName) {
    read.join();
    synchronized (this) {
      return byPackage.computeIfAbsent(
          packageName,
          name -> sources.values().stream().filter(each -> each.mayHave(name)).toList());
    }
  }

  private List<ClassSource> all() {
    read.join();
    synchronized (this) {
      return List.copyOf(sources.values());
    }
  }
}
