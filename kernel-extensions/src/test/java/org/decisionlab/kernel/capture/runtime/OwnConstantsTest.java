// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Reading of constants that were not carried. */
class OwnConstantsTest {

  private final OwnConstants constants = new OwnConstants();

  /** Two thousand million looks at elements, if each reading took them. */
  @Test
  void aLargeListIsLookedThroughOnce() {
    List<Integer> large = List.copyOf(Collections.nCopies(100_000, 7));
    long begun = System.nanoTime();
    for (int i = 0; i < 20_000; i++) {
      assertThat(constants.checked("$JShell$1$Big.ALL", large) == large).isTrue();
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
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
