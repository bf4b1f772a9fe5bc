// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RollingFileTest {

  @TempDir Path directory;

  private List<String> lines() throws Exception {
    List<String> lines = new ArrayList<>();
    for (Path file : RollingFile.files(directory, "log")) {
      lines.addAll(Files.readAllLines(file));
    }
    return lines;
  }

  @Test
  void allLinesAreThereInOrderAndALaterLifeContinues() throws Exception {
    for (int life = 0; life < 2; life++) {
      try (RollingFile log = new RollingFile(directory, "log", 1 << 20)) {
        for (int i = 0; i < 1_000; i++) {
          log.add(life + ":" + i);
        }
      }
    }
    List<String> lines = lines();
    assertThat(lines).hasSize(2_000);
    assertThat(lines.get(999)).isEqualTo("0:999");
    assertThat(lines.get(1_000)).isEqualTo("1:0");
  }

  @Test
  void theFilesTogetherAreBoundedAndTheOldestGo() throws Exception {
    long bound = 64 << 10;
    try (RollingFile log = new RollingFile(directory, "log", bound)) {
      for (int i = 0; i < 20_000; i++) {
        log.add("%019d".formatted(i));
      }
    }
    long bytes = 0;
    for (Path file : RollingFile.files(directory, "log")) {
      bytes += Files.size(file);
    }
    // A batch of lines may be written at once beyond the size of a file.
    assertThat(bytes).isLessThan(bound + 1_025 * 20L);
    List<String> lines = lines();
    assertThat(lines.get(lines.size() - 1)).isEqualTo("%019d".formatted(19_999));
    assertThat(lines).isSorted();
  }

  @Test
  void whatCannotBeWrittenIsCounted() throws Exception {
    RollingFile log = new RollingFile(directory, "log", 1 << 20);
    log.close();
    log.add("late");
    assertThat(log.dropped()).isEqualTo(1);
  }
}
