// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which numbers of a request are others as floats of 32 bits. */
class RoundingTest {

  private static JsonNode json(String text) {
    return StrictJson.object(text.getBytes(StandardCharsets.UTF_8), "it");
  }

  @ParameterizedTest
  @CsvSource({
    "0.5, 0",
    "-3, 0",
    "16777216, 0",
    "16777217, 1",
    "0.1, 1",
    "0.10000000149011612, 0",
    "9007199254740992, 0",
    "9007199254740993, 1",
    "1e30, 1",
    "null, 0",
    "1e-60, 1"
  })
  void aNumberIsRoundedWhereTheFloatIsAnother(String number, float rounded) {
    Rows rows = RowsJson.rows(json("{\"x\":[[1," + number + "]]}").path("x"), "x");
    assertThat(rows.rounding().rounded()[0]).containsExactly(0, rounded);
    byte[] row = ("{\"Values\":[" + number + ",2]}").getBytes(StandardCharsets.UTF_8);
    assertThat(new RowJson().parse(row).rounding().rounded()[0]).containsExactly(rounded, 0);
  }

  @Test
  void itIsToldInTheShapeOfTheValues() {
    assertThat(RowsJson.columns(json("{\"b\":[0.5,0.1],\"a\":[0.1,1]}"), "x").rounding().rounded())
        .isDeepEqualTo(new float[][] {{0, 1}, {1, 0}});
    assertThat(
            RowsJson.rows(json("{\"x\":[{\"a\":0.1,\"b\":[2]}]}").path("x"), "x")
                .rounding()
                .rounded())
        .isDeepEqualTo(new float[][] {{1, 0}});
    assertThat(RowProto.parse(new byte[0]).rounding().rounded()).isEmpty();
  }
}
