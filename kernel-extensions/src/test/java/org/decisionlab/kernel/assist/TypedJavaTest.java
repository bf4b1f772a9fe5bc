// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.assist;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TypedJavaTest {

  @Test
  void theOpenLiteralIsFound() {
    assertThat(TypedJava.of("Path.of(\"da").openString()).hasValue(9);
    assertThat(TypedJava.of("f(\"a\", \"b\\\"c").openString()).hasValue(8);
    assertThat(TypedJava.of("char c = '\"'; s = \"").openString()).hasValue(19);
  }

  @Test
  void elsewhereThereIsNone() {
    assertThat(TypedJava.of("f(\"a\")").openString()).isEmpty();
    assertThat(TypedJava.of("\"\"\"\n a").openString()).isEmpty();
    assertThat(TypedJava.of("// \"a").openString()).isEmpty();
    assertThat(TypedJava.of("/* \"a */ b").openString()).isEmpty();
    assertThat(TypedJava.of("\"a\nb").openString()).isEmpty();
    assertThat(TypedJava.of("\"" + "x".repeat(100_000) + "\"").openString()).isEmpty();
  }

  @Test
  void theNextLineIsIndentedByOpenBrackets() {
    assertThat(indent("if (a) {")).isEqualTo("    ");
    assertThat(indent("f(() -> {\n  g(")).isEqualTo("            ");
    assertThat(indent("String s = \"{\"; // {")).isEmpty();
    assertThat(indent("} }")).isEmpty();
    assertThat(indent("String s = \"\"\"\n   {")).isEqualTo("   ");
  }

  private static String indent(String code) {
    return TypedJava.of(code).indent(code);
  }
}
