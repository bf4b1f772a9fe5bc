// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.magic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Expected splits are those of a POSIX shell, except where a backslash stands outside quotes. */
class MagicArgumentsTest {

  private static final Map<String, Object> VALUES =
      Map.of(
          "x", 7, "s", "two words ${x}", "m.get(\"a b\")", 1.5, "f('}', \"}\")", 'c', "g(){}", "z");

  private static List<String> split(String line) throws Exception {
    List<String> words = new ArrayList<>();
    for (Template argument : MagicArguments.split(line)) {
      words.add(
          argument.fill(
              expression -> {
                if (!VALUES.containsKey(expression)) {
                  throw new IllegalStateException("cannot find symbol\n  symbol: " + expression);
                }
                return VALUES.get(expression);
              }));
    }
    return words;
  }

  @Test
  void splitsAsAShell() throws Exception {
    assertThat(split("  a  b\tc ")).isEqualTo(List.of("a", "b", "c"));
    assertThat(split("'a b' \"c d\"")).isEqualTo(List.of("a b", "c d"));
    assertThat(split("--x='a b'c")).isEqualTo(List.of("--x=a bc"));
    assertThat(split("'' \"\"")).isEqualTo(List.of("", ""));
    assertThat(split("\"a\\\"b\" \"c\\\\d\" \"e\\n\"")).isEqualTo(List.of("a\"b", "c\\d", "e\\n"));
    assertThat(split("C:\\dir\\x 'C:\\y'")).isEqualTo(List.of("C:\\dir\\x", "C:\\y"));
    assertThat(split("a'b'\"c\"d '\"' \"'\"")).isEqualTo(List.of("abcd", "\"", "'"));
    assertThat(split("'a\\' b")).isEqualTo(List.of("a\\", "b"));
    assertThat(split("ä 'ö ü' 𝒳")).isEqualTo(List.of("ä", "ö ü", "𝒳"));
    assertThat(split("a#b $HOME $x *.jar ; | > &")).hasSize(8);
    assertThat(split("")).isEmpty();
  }

  @Test
  void anExpressionBecomesTheTextOfItsValue() throws Exception {
    assertThat(split("${x} a${x}b \"${x} ${x}\"")).isEqualTo(List.of("7", "a7b", "7 7"));
    assertThat(split("${m.get(\"a b\")}")).isEqualTo(List.of("1.5"));
    assertThat(split("${f('}', \"}\")}${g(){}}")).isEqualTo(List.of("cz"));
    assertThat(split("${s}")).isEqualTo(List.of("two words ${x}"));
    assertThat(split("'${x}' \"\\${x}\" $x $ {x} $")).startsWith("${x}", "${x}", "$x", "$");
  }

  @ParameterizedTest
  @ValueSource(strings = {"${x", "a ${f(\"}\")", "\"${x\"", "${'}'"})
  void anExpressionMustBeClosed(String line) {
    assertThatThrownBy(() -> split(line))
        .isInstanceOf(MagicUsageException.class)
        .hasMessageContaining("${")
        .hasMessageContaining("not closed");
  }

  @Test
  void anExpressionWithoutValueIsNamed() {
    assertThatThrownBy(() -> split("a ${nothing}"))
        .isInstanceOf(MagicUsageException.class)
        .hasMessage("${nothing} has no value: cannot find symbol; symbol: nothing");
    assertThatThrownBy(() -> split("${ }")).hasMessageContaining("holds no expression");
    assertThatThrownBy(() -> Template.parse("a ${x}").fill(e -> null)).hasMessage("${x} is null");
  }

  @Test
  void aTemplateIsWrittenAsItWas() throws MagicUsageException {
    String text = "a ${x}\n'${y}'";
    assertThat(Template.parse(text)).hasToString(text);
    assertThat(Template.parse(text).parts()).hasSize(5);
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
