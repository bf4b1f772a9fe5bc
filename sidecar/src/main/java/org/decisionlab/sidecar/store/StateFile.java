// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.decisionlab.core.file.DurableFiles;
import org.jspecify.annotations.Nullable;

/** The file {@code model.json} in the folder of a model: what changes while its versions do not. */
final class StateFile {

  private static final String NAME = "model.json";
  private static final int MAX_BYTES = 1 << 20;

  private StateFile() {}

  /**
   * The state of a model.
   *
   * @param home folder of the model
   * @return null when there is no such file
   * @throws DamagedVersionException when it is no state
   */
  static @Nullable ModelState read(Path home) throws IOException {
    String text = DurableFiles.read(home.resolve(NAME), MAX_BYTES);
    return text == null ? null : StateJson.read(text);
  }

  /** Replaces the file by one rename when the new one is on the disk. */
  static void write(Path home, ModelState state) throws IOException {
    DurableFiles.write(home.resolve(NAME), StateJson.write(state).getBytes(StandardCharsets.UTF_8));
  }

  /** Deletes temporary files of programs that were killed while they wrote a state. */
  static void clearHalfWritten(Path store) throws IOException {
    try (Stream<Path> files =
        Files.find(store, 2, (path, about) -> about.isRegularFile() && isHalfWritten(path))) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static boolean isHalfWritten(Path path) {
    String name = String.valueOf(path.getFileName());
    return name.startsWith("." + NAME + ".") && name.endsWith(".tmp");
  }
}
