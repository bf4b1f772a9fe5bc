// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.channels;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CellStreamsTest {

  private final List<String> published = new ArrayList<>();
  private final List<Runnable> later = new ArrayList<>();

  private CellStreams streams(long limitBytes) {
    return new CellStreams(
        (type, content) ->
            published.add(
                content.get("name").getAsString() + ":" + content.get("text").getAsString()),
        later::add,
        limitBytes);
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
}
