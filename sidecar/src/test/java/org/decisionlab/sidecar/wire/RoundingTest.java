// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers of a request as they are written, beside the floats that they are read as. */
class RoundingTest {

  private static JsonNode json(String text) {
    return StrictJson.object(text.getBytes(StandardCharsets.UTF_8), "it");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0.5", "16777217", "0.1", "0.10000000149011612", "9007199254740993", "1E-60"})
  void aNumberIsToldAsItIsWritten(String number) {
    Rows rows = RowsJson.rows(json("{\"x\":[[1," + number + "]]}").path("x"), "x");
    assertThat(rows.rounding().written()[0])
        .containsExactly(BigDecimal.ONE, new BigDecimal(number));
    assertThat(rows.rounding().lost()).isEmpty();
    byte[] row = ("{\"Values\":[" + number + ",null]}").getBytes(StandardCharsets.UTF_8);
    assertThat(new RowJson().parse(row).rounding().written()[0])
        .containsExactly(new BigDecimal(number), null);
  }

  @Test
  void itIsToldInTheShapeOfTheValues() {
    BigDecimal half = new BigDecimal("0.5");
    BigDecimal tenth = new BigDecimal("0.1");
    assertThat(RowsJson.columns(json("{\"b\":[0.5,0.1],\"a\":[0.1,1]}"), "x").rounding().written())
        .isDeepEqualTo(new BigDecimal[][] {{half, tenth}, {tenth, BigDecimal.ONE}});
    assertThat(
            RowsJson.rows(json("{\"x\":[{\"a\":0.1,\"b\":[null]}]}").path("x"), "x")
                .rounding()
                .written())
        .isDeepEqualTo(new BigDecimal[][] {{tenth, null}});
    assertThat(RowProto.parse(new byte[0]).rounding().written()).isEmpty();
  }
}
