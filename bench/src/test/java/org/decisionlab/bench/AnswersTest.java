// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AnswersTest {

  @Test
  void onlyTheNumbersExpectedAreTheSame() {
    float[] expected = Answers.numbers("[0.25,-1e-3]\n");
    assertThat(expected).containsExactly(0.25f, -0.001f);
    assertThat(Answers.areSame(expected, "[0.250001,-0.001]\n")).isTrue();
    for (String other :
        new String[] {
          "[0.2501,-0.001]", "[0.25]", "[0.25,-0.001,0]", "[]", "", "{\"error\":\"x\"}", "[NaN,NaN]"
        }) {
      assertThat(Answers.areSame(expected, other)).as(other).isFalse();
    }
  }
}
