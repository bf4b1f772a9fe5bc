// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.magic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Expected splits are those of a POSIX shell, except where a backslash stands outside quotes. */
class MagicArgumentsTest {

  @Test
  void splitsAsAShell() throws MagicUsageException {
    assertThat(MagicArguments.split("  a  b\tc ")).isEqualTo(List.of("a", "b", "c"));
    assertThat(MagicArguments.split("'a b' \"c d\"")).isEqualTo(List.of("a b", "c d"));
    assertThat(MagicArguments.split("--x='a b'c")).isEqualTo(List.of("--x=a bc"));
    assertThat(MagicArguments.split("'' \"\"")).isEqualTo(List.of("", ""));
    assertThat(MagicArguments.split("\"a\\\"b\" \"c\\\\d\" \"e\\n\""))
        .isEqualTo(List.of("a\"b", "c\\d", "e\\n"));
    assertThat(MagicArguments.split("C:\\dir\\x 'C:\\y'"))
        .isEqualTo(List.of("C:\\dir\\x", "C:\\y"));
    assertThat(MagicArguments.split("")).isEmpty();
  }

  @Test
  void suggestsTheNearWord() {
    List<String> known = List.of("spark", "sql", "tfaas");
    assertThat(Suggestion.of("sprak", known)).contains("spark");
    assertThat(Suggestion.of("tfas", known)).contains("tfaas");
    assertThat(Suggestion.of("sp", known)).contains("spark");
    assertThat(Suggestion.of("hadoop", known)).isEmpty();
  }
}
