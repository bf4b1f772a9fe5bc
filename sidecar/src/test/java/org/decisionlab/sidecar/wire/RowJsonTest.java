// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.decisionlab.sidecar.fault.RefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowJsonTest {

  private static Row parse(String json) {
    return new RowJson().parse(json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void membersMayHaveAnyCaseAndOthersAreIgnored() {
    Row row = parse("{\"Model\":\"m\",\"x\":{\"values\":[9]},\"VALUES\":[1,-2.5],\"keys\":null}");
    assertThat(row.model()).isEqualTo("m");
    assertThat(row.keys()).isEmpty();
    assertThat(row.values()).containsExactly(1f, -2.5f);
    assertThat(parse("{\"values\":[],\"model\":\"\"}").model()).isNull();
  }

  /** This number lies so that rounding by way of a double gives another float than the nearest. */
  @Test
  void numbersAreRoundedOnce() {
    String text = "1.00000017881393432617187499";
    assertThat(parse("{\"values\":[" + text + "]}").values())
        .containsExactly(Float.parseFloat(text));
    assertThat((float) Double.parseDouble(text)).isNotEqualTo(Float.parseFloat(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[1,2]|must be a JSON object",
        "{}|no 'values'",
        "{\"values\":[1]} x|not JSON",
        "{\"values\":[1]} 2|after the row",
        "{\"values\":[[1]]}|values[0] must be a number, found an array",
        "{\"values\":[1e39]}|beyond float32",
        "{\"values\":[NaN]}|not JSON",
        "{\"values\":7}|'values' must be an array",
        "{\"values\":[1],\"values\":[2]}|Duplicate field",
        "{\"values\":[1],\"VALUES\":[2]}|'VALUES' twice",
        "{\"values\":[1],\"keys\":[1]}|keys[0] must be text",
        "{\"values\":[1],\"model\":1}|'model' must be text",
        "{\"values\":[1|not JSON"
      })
  void whatIsNotARowIsRefusedWithTheReason(String json, String reason) {
    assertThatThrownBy(() -> parse(json))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining(reason)
        .hasMessageNotContaining("REDACTED");
  }
}
