// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.decisionlab.kernel.cell.JarAddition;

/**
 * The jars that were added to the class path of the cells. A jar stays as it was when it was added:
 * the JVM keeps it open.
 */
final class ClassPathJars {

  private final Map<Path, Content> added = new LinkedHashMap<>();

  /** What tells whether a file has changed. */
  private record Content(long bytes, FileTime modified) {

    static Content of(Path jar) throws IOException {
      return new Content(Files.size(jar), Files.getLastModifiedTime(jar));
    }
  }

  /** The jars, in the order they were added. */
  synchronized List<Path> list() {
    return List.copyOf(added.keySet());
  }

  /**
   * Looks at jars that are to be added, and adds none.
   *
   * @param loader finds what the cells see
   * @throws IOException if one of them cannot be added
   */
  synchronized JarAddition examine(List<Path> jars, ClassLoader loader) throws IOException {
    List<Path> fresh = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    for (Path jar : jars) {
      Path real = real(jar);
      Content known = added.get(real);
      if (known != null && !known.equals(Content.of(real))) {
        warnings.add(real + " has changed since it was added; restart the kernel to use it");
      } else if (known == null && !fresh.contains(real)) {
        doubled(real, loader).ifPresent(warnings::add);
        fresh.add(real);
      }
    }
    return new JarAddition(fresh, warnings);
  }

  /** Remembers jars that are on the class path now. */
  synchronized void remember(List<Path> jars) throws IOException {
    for (Path jar : jars) {
      added.put(jar, Content.of(jar));
    }
  }

  private static Path real(Path jar) throws IOException {
    if (!Files.exists(jar)) {
      throw new FileNotFoundException("there is no file " + jar.toAbsolutePath());
    }
    Path real = jar.toRealPath();
    if (Files.isDirectory(real)) {
      throw new IOException(real + " is a folder; name its jars, for example as " + jar + "/*.jar");
    }
    if (real.toString().contains(File.pathSeparator)) {
      throw new IOException(
          "a class path cannot hold a name with '" + File.pathSeparator + "': " + real);
    }
    return real;
  }

  /** The first class of a jar that the cells find elsewhere already, as a warning. */
  private static Optional<String> doubled(Path jar, ClassLoader loader) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      return zip.stream()
          .map(ZipEntry::getName)
          .filter(ClassPathJars::isClass)
          .map(
              name ->
                  Optional.ofNullable(loader.getResource(name)).map(url -> warning(jar, name, url)))
          .flatMap(Optional::stream)
          .findFirst();
    } catch (ZipException e) {
      throw new IOException(jar + " is no jar: " + e.getMessage(), e);
    }
  }

  private static boolean isClass(String entry) {
    return entry.endsWith(".class")
        && !entry.startsWith("META-INF/")
        && !entry.endsWith("module-info.class")
        && !entry.endsWith("package-info.class");
  }

  private static String warning(Path jar, String entry, URL first) {
    String name = entry.substring(0, entry.length() - ".class".length()).replace('/', '.');
    String place = first.toString().replaceFirst("^jar:", "").replaceFirst("!/.*$", "");
    return jar.getFileName()
        + " holds "
        + name
        + ", which "
        + place
        + " holds too; the latter is used";
  }
}
