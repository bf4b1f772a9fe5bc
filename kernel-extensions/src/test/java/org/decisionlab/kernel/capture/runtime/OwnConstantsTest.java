// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Reading of constants that were not carried. */
class OwnConstantsTest {

  private final OwnConstants constants = new OwnConstants();

  @Test
  void aListIsLookedThroughOnce() {
    List<Object> looks = new ArrayList<>();
    OwnConstants counted =
        new OwnConstants(
            value -> {
              looks.add(value);
              return OwnConstants.mayBeFilled(value);
            });
    List<Integer> fixed = List.of(7, 8);
    List<Integer> other = List.of(9);
    for (int i = 0; i < 3; i++) {
      assertThat(counted.checked("$JShell$1$Big.ALL", fixed)).isSameAs(fixed);
    }
    assertThat(looks).containsExactly(fixed);
    counted.checked("$JShell$1$Big.ALL", other);
    assertThat(looks).containsExactly(fixed, other);
  }

  @Test
  void anotherValueIsLookedAtAgain() {
    List<Integer> fixed = List.of(1, 2);
    assertThat(constants.checked("$JShell$1$Big.ALL", fixed)).isSameAs(fixed);
    assertThatThrownBy(
            () -> constants.checked("$JShell$1$Big.ALL", List.of(new ArrayList<>(fixed))))
        .isInstanceOf(CellVariableException.class)
        .hasMessageContaining("'Big.ALL' was not carried");
    assertThat(constants.checked("$JShell$1$Big.ALL", null)).isNull();
    assertThat(constants.checked("$JShell$1$Big.ALL", fixed)).isSameAs(fixed);
  }
}
