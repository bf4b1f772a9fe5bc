// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.testbed.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The class path of a component, which the build has written into {@code class-path.txt}. */
public final class ClassPathFile {

  private ClassPathFile() {}

  /**
   * The jars.
   *
   * @param beside a class of the package that holds the file
   * @throws FileNotFoundException when the file or a jar is gone
   */
  public static List<Path> read(Class<?> beside) throws IOException {
    try (InputStream in = beside.getResourceAsStream("class-path.txt")) {
      if (in == null) {
        throw new FileNotFoundException(
            "no class-path.txt beside " + beside + "; the build writes it");
      }
      String text = new String(in.readAllBytes(), UTF_8).strip();
      List<Path> jars = Stream.of(text.split(File.pathSeparator, -1)).map(Path::of).toList();
      for (Path jar : jars) {
        if (!Files.isRegularFile(jar)) {
          throw new FileNotFoundException(jar + " is gone; build the module testbed again");
        }
      }
      return jars;
    }
  }
}
