// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class FiguresTest {

  private final ByteArrayOutputStream told = new ByteArrayOutputStream();
  private final Figures figures = new Figures(new PrintStream(told, true, UTF_8));

  @Test
  void eachNumberIsALineOfJson() {
    figures.value("row", Figures.OURS, 12.5);
    figures.trouble("row", "peer", "said \"no\"\n");
    figures.note("row", "back\\slash");
    assertThat(told.toString(UTF_8).lines())
        .containsExactly(
            "{\"row\":\"row\",\"side\":\"decisionlab\",\"value\":12.5000000}",
            "{\"row\":\"row\",\"side\":\"peer\",\"trouble\":\"said \\\"no\\\"\\u000a\"}",
            "{\"row\":\"row\",\"side\":\"\",\"note\":\"back\\\\slash\"}");
  }

  @Test
  void whatIsNoMeasurementIsRefused() {
    assertThatThrownBy(() -> figures.value("row", Figures.OURS, Double.NaN))
        .hasMessageContaining("row, decisionlab: NaN is no measurement");
  }
}
