// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.decisionlab.sidecar.fault.RefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InferJsonTest {

  private static float[] parse(String type, String data, int width) {
    return rows(type, data, width).values()[0];
  }

  private static Rows rows(String type, String data, int width) {
    String json =
        "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"%s\",\"shape\":[1,%d],\"data\":%s}]}"
            .formatted(type, width, data);
    return InferJson.parse(
            StrictJson.object(json.getBytes(StandardCharsets.UTF_8), "the request"), Set.of("x"))
        .rows();
  }

  /** A model of 64 bits takes them as they are, others refuse what is lost. */
  @Test
  void whatFloatsCannotTellIsToldBeside() {
    Rows integers = rows("INT64", "[16777217,3,9007199254740993]", 3);
    assertThat(integers.rounding().lost()).isDeepEqualTo(new float[][] {{1, 0, 1}});
    assertThat(integers.rounding().written()[0])
        .containsExactly(
            new BigDecimal("16777217"), new BigDecimal(3), new BigDecimal("9007199254740993"));
    Rows doubles = rows("FP64", "[0.123456789012,0.1,null,16777217]", 4);
    assertThat(doubles.rounding().lost()).isDeepEqualTo(new float[][] {{1, 0, 0, 1}});
    assertThat(doubles.rounding().written()[0])
        .containsExactly(
            new BigDecimal("0.123456789012"),
            new BigDecimal("0.1"),
            null,
            new BigDecimal("16777217"));
    assertThat(rows("FP64", "[0.1,0.5]", 2).rounding().lost()).isEmpty();
    for (String narrow : new String[] {"FP32", "FP16", "BF16"}) {
      Rows floats = rows(narrow, "[0.1,null]", 2);
      assertThat(floats.rounding().lost()).isEmpty();
      assertThat(floats.rounding().written()[0]).containsExactly(null, null);
    }
  }

  @Test
  void valuesOfEachTypeAreTaken() {
    assertThat(parse("BOOL", "[[true,false]]", 2)).containsExactly(1, 0);
    assertThat(parse("INT8", "[-128,127]", 2)).containsExactly(-128, 127);
    assertThat(parse("UINT64", "[18446742974197923840]", 1))
        .containsExactly(Float.parseFloat("18446742974197923840"));
    assertThat(parse("INT64", "[16777216,4503599627370496]", 2)).containsExactly(0x1p24f, 0x1p52f);
    assertThat(parse("FP64", "[0.1,0.5,0.10000000149011612,-3]", 4))
        .containsExactly(0.1f, 0.5f, 0.1f, -3f);
    assertThat(parse("FP32", "[0.123456789012]", 1))
        .containsExactly(Float.parseFloat("0.123456789012"));
    assertThat(parse("FP32", "[null]", 1)[0]).isNaN();
    assertThat(parse("FP16", "[-65504,null,0.1]", 3)).containsExactly(-65504, Float.NaN, 0.1f);
    assertThat(parse("BF16", "[3.3895313892515355e38]", 1)).containsExactly(0x1.FEp127f);
  }

  /** What is no number of its type, or beyond all floats, becomes no other number in silence. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "BOOL|[\"true\"]|must be true or false",
        "BOOL|[1]|must be true or false",
        "BOOL|[null]|must be true or false",
        "BOOL|[{\"a\":1}]|must be true or false",
        "INT64|[1.5]|must be a whole number",
        "INT8|[128]|must be a whole number from -128 to 127",
        "UINT16|[-1]|must be a whole number from 0",
        "UINT64|[18446744073709551616]|must be a whole number",
        "FP64|[1e300]|beyond float32",
        "FP32|[\"1\"]|must be a number",
        "FP16|[65505]|must be a number from -65504.0 to 65504.0",
        "FP16|[-1e5]|must be a number from -65504.0",
        "BF16|[-3.4e38]|must be a number from",
        "BYTES|[1]|'datatype' must be a type of numbers"
      })
  void whatWouldBecomeAnotherNumberIsRefused(String type, String data, String reason) {
    assertThatThrownBy(() -> parse(type, data, 1))
        .isInstanceOf(RefusedException.class)
        .hasMessageContainingAll(reason);
  }
}
