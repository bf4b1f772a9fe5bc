// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;

/** A folder of the class path; it is looked at each time, since a build may change it. */
final class FolderOfClasses implements ClassPath.ClassSource {

  private static final String CLASS = ".class";

  private final Path folder;

  FolderOfClasses(Path folder) {
    this.folder = folder;
  }

  @Override
  public Set<String> packages() {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(CLASS))
          .map(file -> folder.relativize(file.getParent()).toString())
          .map(path -> path.replace(folder.getFileSystem().getSeparator(), "."))
          .collect(Collectors.toSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public List<LibraryClass> named(String simpleName) {
    List<LibraryClass> found = new ArrayList<>();
    for (String each : packages()) {
      Path file = in(each).resolve(simpleName + CLASS);
      if (Files.exists(file)) {
        found.add(file(each, file));
      }
    }
    return found;
  }

  @Override
  public void addTo(Map<String, JavaFileObject> classes, String packageName) throws IOException {
    Path in = in(packageName);
    if (!Files.isDirectory(in)) {
      return;
    }
    try (Stream<Path> files = Files.list(in)) {
      files
          .filter(file -> file.toString().endsWith(CLASS))
          .forEach(file -> classes.putIfAbsent(fileName(file), file(packageName, file)));
    }
  }

  @Override
  public boolean mayHave(String packageName) {
    return true;
  }

  @Override
  public boolean has(String packageName) {
    return Files.isDirectory(in(packageName));
  }

  @Override
  public boolean hasAny(String packageName, Set<String> simpleNames) {
    Path in = in(packageName);
    return Files.isDirectory(in)
        && simpleNames.stream().anyMatch(each -> Files.exists(in.resolve(each + CLASS)));
  }

  private Path in(String packageName) {
    return folder.resolve(packageName.replace(".", folder.getFileSystem().getSeparator()));
  }

  private static LibraryClass file(String packageName, Path file) {
    String name = fileName(file);
    String simple = name.substring(0, name.length() - CLASS.length());
    String binary = packageName.isEmpty() ? simple : packageName + "." + simple;
    return new LibraryClass(binary, file::toUri, () -> Files.newInputStream(file));
  }

  private static String fileName(Path file) {
    return String.valueOf(file.getFileName());
  }
}
