// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.channels;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CellStreamsTest {

  private final List<String> published = new ArrayList<>();
  private final List<Runnable> later = new ArrayList<>();

  private final AtomicLong left = new AtomicLong(5_000);
  @TempDir private Path folder;

  private CellStreams streams(long limitBytes) {
    return new CellStreams(
        (type, content) ->
            published.add(
                content.get("name").getAsString() + ":" + content.get("text").getAsString()),
        later::add,
        limitBytes,
        new OverflowFile(folder, "cell-1", left));
  }

  @Test
  void aBatchNeverEndsInsideACharacter() {
    CellStreams streams = streams(1 << 20);
    PrintStream out = streams.out();
    byte[] bytes = "a€😀".getBytes(UTF_8);
    for (byte each : bytes) {
      out.write(each);
      later.removeIf(
          task -> {
            task.run();
            return true;
          });
    }
    assertThat(published).containsExactly("stdout:a", "stdout:€", "stdout:😀");
  }

  @Test
  void manyLinesMakeFewMessages() {
    CellStreams streams = streams(1 << 20);
    PrintStream out = streams.out();
    for (int i = 0; i < 10_000; i++) {
      out.println("line " + i);
    }
    streams.flush();
    assertThat(published).hasSizeBetween(2, 6);
    assertThat(later).hasSize(1);
  }

  @Test
  void anEndlessOutputIsCutWithANote() {
    CellStreams streams = streams(1_000);
    for (int i = 0; i < 1_000; i++) {
      streams.out().println("0123456789");
    }
    streams.flush();
    assertThat(published).hasSize(2);
    assertThat(published.get(1)).startsWith("stderr:").contains("cut after 1000 bytes");
  }

  @Test
  void oneHugeWriteIsCutToo() {
    CellStreams streams = streams(1_000);
    streams.out().print("x".repeat(50_000));
    streams.flush();
    assertThat(published.get(0)).isEqualTo("stdout:" + "x".repeat(1_000));
    assertThat(published.get(1)).contains("cut after 1000 bytes");
  }

  @Test
  void theRestGoesToAFileUpToALimitOfItsOwn() throws IOException {
    CellStreams streams = streams(10);
    PrintStream out = streams.out();
    out.print("0123456789abc");
    out.print("d".repeat(100));
    streams.flush();
    Path file;
    try (Stream<Path> files = Files.list(folder)) {
      file = files.findFirst().orElseThrow();
    }
    assertThat(published).hasSize(2);
    assertThat(published.get(0)).isEqualTo("stdout:0123456789");
    assertThat(published.get(1)).contains("Files.lines(Path.of(\"" + file + "\"))");
    assertThat(Files.readString(file)).isEqualTo("abc" + "d".repeat(100));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    for (int i = 0; i < 1_000; i++) {
      out.println("0123456789");
    }
    streams.flush();
    assertThat(Files.size(file)).isBetween(5_000L, 5_020L);
    assertThat(Files.readString(file)).endsWith("[cut here]\n");
    assertThat(published).hasSize(2);
  }

  @Test
  void whereNoFileCanBeMadeTheNoteSaysSo() throws IOException {
    Path file = Files.writeString(folder.resolve("taken"), "");
    CellStreams streams =
        new CellStreams(
            (type, content) -> published.add(content.get("text").getAsString()),
            later::add,
            10,
            new OverflowFile(file.resolve("below"), "cell-1", left));
    streams.out().print("x".repeat(20));
    streams.flush();
    assertThat(published.get(1)).contains("the rest is lost");
  }
}
