// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.assist;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OpenStringTest {

  @Test
  void theOpenLiteralIsFound() {
    assertThat(OpenString.of("Path.of(\"da")).hasValue(9);
    assertThat(OpenString.of("f(\"a\", \"b\\\"c")).hasValue(8);
    assertThat(OpenString.of("char c = '\"'; s = \"")).hasValue(19);
  }

  @Test
  void elsewhereThereIsNone() {
    assertThat(OpenString.of("f(\"a\")")).isEmpty();
    assertThat(OpenString.of("\"\"\"\n a")).isEmpty();
    assertThat(OpenString.of("// \"a")).isEmpty();
    assertThat(OpenString.of("/* \"a */ b")).isEmpty();
    assertThat(OpenString.of("\"a\nb")).isEmpty();
    assertThat(OpenString.of("\"" + "x".repeat(100_000) + "\"")).isEmpty();
  }
}
