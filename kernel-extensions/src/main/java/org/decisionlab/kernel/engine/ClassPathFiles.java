// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import org.jspecify.annotations.Nullable;

/**
 * What all compilers of this kernel read, JShell's too: the modules of the JDK through the
 * compiler's own file manager, and the class path through {@link ClassPath}, which is read once.
 * The compiler's own would open and walk every jar for each compiler.
 */
final class ClassPathFiles extends ForwardingJavaFileManager<StandardJavaFileManager>
    implements StandardJavaFileManager {

  private static final Set<String> CLASS_PATH_OPTIONS = Set.of("-classpath", "--class-path", "-cp");

  private final ClassPath classPath;

  /**
   * @param jdk knows the modules of the JDK
   * @param classPath all the rest
   */
  ClassPathFiles(StandardJavaFileManager jdk, ClassPath classPath) {
    super(jdk);
    this.classPath = classPath;
  }

  @Override
  public Iterable<JavaFileObject> list(
      Location location, String packageName, Set<JavaFileObject.Kind> kinds, boolean recurse)
      throws IOException {
    if (location != StandardLocation.CLASS_PATH) {
      return super.list(location, packageName, kinds, recurse);
    }
    if (!kinds.contains(JavaFileObject.Kind.CLASS)) {
      return List.of();
    }
    return recurse ? classPath.classesBelow(packageName) : classPath.classes(packageName);
  }

  @Override
  public @Nullable String inferBinaryName(Location location, JavaFileObject file) {
    return file instanceof LibraryClass known
        ? known.binaryName()
        : super.inferBinaryName(location, file);
  }

  @Override
  public @Nullable JavaFileObject getJavaFileForInput(
      Location location, String className, JavaFileObject.Kind kind) throws IOException {
    if (location != StandardLocation.CLASS_PATH) {
      return super.getJavaFileForInput(location, className, kind);
    }
    int dot = className.lastIndexOf('.');
    for (JavaFileObject each : classPath.classes(className.substring(0, Math.max(0, dot)))) {
      if (kind == JavaFileObject.Kind.CLASS
          && each instanceof LibraryClass known
          && known.binaryName().equals(className)) {
        return each;
      }
    }
    return null;
  }

  /**
   * The loader of what extends the compiler: nothing on the class path does. For each run, the
   * compiler would look for its plug-ins in every jar.
   */
  @Override
  public @Nullable ClassLoader getClassLoader(Location location) {
    return location == StandardLocation.CLASS_PATH
            || location == StandardLocation.ANNOTATION_PROCESSOR_PATH
        ? ClassLoader.getPlatformClassLoader()
        : super.getClassLoader(location);
  }

  /** JShell tells of the whole class path again when it grows, which is known here already. */
  @Override
  public boolean handleOption(String current, Iterator<String> remaining) {
    if (CLASS_PATH_OPTIONS.contains(current)) {
      remaining.next();
      return true;
    }
    return super.handleOption(current, remaining);
  }

  @Override
  public boolean hasLocation(Location location) {
    return location == StandardLocation.CLASS_PATH || super.hasLocation(location);
  }

  @Override
  public boolean contains(Location location, FileObject file) throws IOException {
    return file instanceof LibraryClass
        ? location == StandardLocation.CLASS_PATH
        : super.contains(location, file);
  }

  @Override
  public boolean isSameFile(FileObject a, FileObject b) {
    return a.toUri().equals(b.toUri());
  }

  /**
   * JShell makes an index of all classes in these places as soon as it starts, to know names that
   * are not imported: {@link UnimportedNames} knows them when they are asked for.
   */
  @Override
  public @Nullable Iterable<? extends Path> getLocationAsPaths(Location location) {
    return location == StandardLocation.CLASS_PATH
            || location == StandardLocation.PLATFORM_CLASS_PATH
        ? List.of()
        : fileManager.getLocationAsPaths(location);
  }

  @Override
  public @Nullable Iterable<? extends File> getLocation(Location location) {
    return fileManager.getLocation(location);
  }

  @Override
  public void setLocation(Location location, @Nullable Iterable<? extends File> files)
      throws IOException {
    fileManager.setLocation(location, files);
  }

  @Override
  public Iterable<? extends JavaFileObject> getJavaFileObjectsFromFiles(
      Iterable<? extends File> files) {
    return fileManager.getJavaFileObjectsFromFiles(files);
  }

  @Override
  public Iterable<? extends JavaFileObject> getJavaFileObjects(File... files) {
    return fileManager.getJavaFileObjects(files);
  }

  @Override
  public Iterable<? extends JavaFileObject> getJavaFileObjectsFromStrings(Iterable<String> names) {
    return fileManager.getJavaFileObjectsFromStrings(names);
  }

  @Override
  public Iterable<? extends JavaFileObject> getJavaFileObjects(String... names) {
    return fileManager.getJavaFileObjects(names);
  }

  @Override
  public void setLocationForModule(
      Location location, String moduleName, Collection<? extends Path> paths) throws IOException {
    fileManager.setLocationForModule(location, moduleName, paths);
  }

  @Override
  public Path asPath(FileObject file) {
    return fileManager.asPath(file);
  }
}
