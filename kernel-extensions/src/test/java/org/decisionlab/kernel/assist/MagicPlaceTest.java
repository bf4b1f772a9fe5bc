// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.assist;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MagicPlaceTest {

  /** The place at {@code |}. */
  private static @Nullable MagicPlace at(String cell) {
    int cursor = cell.indexOf('|');
    return MagicPlace.at(cell.replace("|", ""), cursor, Set.of("spark", "time")::contains);
  }

  @Test
  void namesAreFoundWhileTheyAreTyped() {
    assertThat(at("%sp|")).isEqualTo(new MagicPlace("%", "sp", 1, "", ""));
    assertThat(at("int a = 1;\n  %|")).isEqualTo(new MagicPlace("%", "", 14, "", ""));
    assertThat(at("%%|")).isEqualTo(new MagicPlace("%%", "", 2, "", ""));
    assertThat(at("// why\n\n%%sq|l -q\nselect 1"))
        .isEqualTo(new MagicPlace("%%", "sql", 10, " -q", "select 1"));
    assertThat(at("var x = %sp|")).isEqualTo(new MagicPlace("%", "sp", 9, "", ""));
  }

  @Test
  void argumentsAndBodiesAreFound() {
    assertThat(at("%spark start --m|a\nint a;"))
        .isEqualTo(new MagicPlace("%", "spark", 1, " start --ma", ""));
    assertThat(at("%spark 'open |")).isEqualTo(new MagicPlace("%", "spark", 1, " 'open ", ""));
    MagicPlace body = at("%%sql -q\nselect |x");
    assertThat(body).isEqualTo(new MagicPlace("%%", "sql", 2, " -q", "select x"));
    assertThat(body.within("%%sql -q\nselect ".length())).isEqualTo(" -q\nselect ".length());
  }

  @Test
  void javaIsJava() {
    assertThat(at("int a = 7 %b|")).isNull();
    assertThat(at("int a = (7\n%b|")).isNull();
    assertThat(at("String s = \"\"\"\n%sp|")).isNull();
    assertThat(at("/* \n%spark |")).isNull();
    assertThat(at("a|")).isNull();
    assertThat(at("|%spark")).isNull();
  }
}
