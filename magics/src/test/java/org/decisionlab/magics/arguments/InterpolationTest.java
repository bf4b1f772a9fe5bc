// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.arguments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.junit.jupiter.api.Test;

class InterpolationTest {

  private final Map<String, Object> cells = new HashMap<>(Map.of("name", "smart", "n", 3));

  @Test
  void valuesStandWhereTheirExpressionsStood() throws MagicUsageException {
    assertThat(Interpolation.apply(List.of("${name}.tar.gz", "-n", "${n}", "a$b{c}"), cells::get))
        .containsExactly("smart.tar.gz", "-n", "3", "a$b{c}");
  }

  @Test
  void aTextOfSeveralLinesIsFilledToo() throws MagicUsageException {
    assertThat(Interpolation.apply("SELECT *\nFROM ${name}\nLIMIT ${n}", cells::get))
        .isEqualTo("SELECT *\nFROM smart\nLIMIT 3");
  }

  @Test
  void aValueIsNotLookedIntoAgain() throws MagicUsageException {
    cells.put("tricky", "${name}$1\\");
    assertThat(Interpolation.apply(List.of("${tricky}"), cells::get))
        .containsExactly("${name}$1\\");
  }

  @Test
  void anExpressionWithoutValueIsRefusedByName() {
    assertThatThrownBy(() -> Interpolation.apply(List.of("${nothing}"), cells::get))
        .isInstanceOf(MagicUsageException.class)
        .hasMessageContaining("nothing");
    assertThatThrownBy(
            () ->
                Interpolation.apply(
                    List.of("${1/0}"),
                    e -> {
                      throw new ArithmeticException("/ by zero");
                    }))
        .isInstanceOf(MagicUsageException.class)
        .hasMessageContaining("1/0")
        .hasMessageContaining("/ by zero");
  }
}
