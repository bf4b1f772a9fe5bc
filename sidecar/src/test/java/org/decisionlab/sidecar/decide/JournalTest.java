// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.decide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {

  @TempDir Path directory;

  private static byte[] line(String lfn) {
    return ("{\"at\":1767225600000000,\"layer\":\"site\",\"lfn\":\"" + lfn + "\"}")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** One byte that is no text, a cut last line and a later file: only what is damaged is lost. */
  @Test
  void damagedAndCutLinesArePassedOverAndCounted() throws Exception {
    ByteArrayOutputStream first = new ByteArrayOutputStream();
    first.writeBytes(line("/store/a"));
    first.write('\n');
    byte[] damaged = line("/store/damaged");
    damaged[damaged.length - 4] = (byte) 0xC3;
    first.writeBytes(damaged);
    first.write('\n');
    first.writeBytes(line("/store/\u00e9"));
    first.write('\n');
    byte[] cut = line("/store/cut");
    first.write(cut, 0, cut.length - 7);
    Files.write(directory.resolve("openings-000001.jsonl"), first.toByteArray());
    Files.write(directory.resolve("openings-000002.jsonl"), line("/store/b"));
    List<String> found = new ArrayList<>();
    try (Journal journal = new Journal(directory, 1 << 20)) {
      assertThat(journal.replay(opening -> found.add(opening.record().lfn()))).isEqualTo(2);
    }
    assertThat(found).containsExactly("/store/a", "/store/\u00e9", "/store/b");
  }

  @Test
  void aLineWithoutAnEndIsNotKeptInMemory() throws Exception {
    byte[] endless = new byte[3 << 20];
    java.util.Arrays.fill(endless, (byte) 'x');
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(endless);
    file.write('\n');
    file.writeBytes(line("/store/a"));
    Files.write(directory.resolve("openings-000001.jsonl"), file.toByteArray());
    List<String> found = new ArrayList<>();
    try (Journal journal = new Journal(directory, 1 << 20)) {
      assertThat(journal.replay(opening -> found.add(opening.record().lfn()))).isEqualTo(1);
    }
    assertThat(found).containsExactly("/store/a");
  }
}
