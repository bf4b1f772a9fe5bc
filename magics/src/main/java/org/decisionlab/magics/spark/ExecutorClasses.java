// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Puts classes of libraries where executors find those of cells. */
final class ExecutorClasses {

  private ExecutorClasses() {}

  /**
   * Copies class files.
   *
   * @param directory the directory from which executors load the classes of cells
   * @throws IllegalStateException when it cannot be written
   */
  static void copy(List<Class<?>> classes, Path directory) {
    for (Class<?> each : classes) {
      String name = each.getName().replace('.', '/') + ".class";
      Path file = directory.resolve(name);
      try (InputStream in = each.getClassLoader().getResourceAsStream(name)) {
        if (in == null) {
          throw new IOException("no class file of " + each.getName());
        }
        Files.createDirectories(file.getParent());
        Files.write(file, in.readAllBytes());
      } catch (IOException e) {
        throw new IllegalStateException("executors will not find " + each.getName(), e);
      }
    }
  }
}
