// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TfaasParamsTest {

  private static TfaasParams parse(String json) {
    return TfaasParams.parse(json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void bothSpellingsAreUnderstood() {
    assertThat(parse("{\"inputNode\":\"x\",\"outputNode\":\"y\"}").inputNode()).isEqualTo("x");
    assertThat(parse("{\"input_node\":\"x\",\"output_node\":\"y\"}").outputNode()).isEqualTo("y");
    assertThat(parse("{\"inputNode\":\"x\",\"input_node\":\"x\"}").inputNode()).isEqualTo("x");
    assertThatThrownBy(() -> parse("{\"inputNode\":\"x\",\"input_node\":\"y\"}"))
        .hasMessageContaining("twice with different values");
  }

  @Test
  void absentKeysAreListedAsTheOriginalDoes() {
    ObjectNode entry = JsonMapper.builder().build().createObjectNode();
    parse("{\"name\":\"m\",\"img_channels\":3}").list(entry, "2026-11-20T12:00:00Z");
    assertThat(entry.toString())
        .isEqualTo(
            "{\"name\":\"m\",\"model\":\"\",\"labels\":\"\",\"op\":\"\",\"input_name\":\"\","
                + "\"output_name\":\"\",\"img_channels\":3,\"options\":null,\"input_node\":\"\","
                + "\"output_node\":\"\",\"description\":\"\","
                + "\"timestamp\":\"2026-11-20T12:00:00Z\"}");
  }

  @Test
  void wrongTypesAreRefusedByKey() {
    assertThatThrownBy(() -> parse("{\"name\":7}")).hasMessageContaining("'name'");
    assertThatThrownBy(() -> parse("{\"img_channels\":\"3\"}"))
        .hasMessageContaining("img_channels");
    assertThatThrownBy(() -> parse("[]")).hasMessageContaining("JSON object");
    assertThatThrownBy(() -> parse("{")).hasMessageContaining("not JSON");
    assertThatThrownBy(() -> parse("{\"name\":\"a\",\"name\":\"b\"}"))
        .hasMessageContaining("Duplicate field 'name'");
    assertThatThrownBy(() -> parse("{} {}")).hasMessageContaining("not JSON");
  }
}
