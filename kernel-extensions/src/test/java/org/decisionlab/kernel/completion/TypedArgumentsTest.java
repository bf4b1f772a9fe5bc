// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.completion;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.decisionlab.kernel.magic.MagicArguments;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.decisionlab.kernel.magic.Template;
import org.junit.jupiter.api.Test;

class TypedArgumentsTest {

  @Test
  void theWordAtTheCursorMayBeOpen() {
    TypedArguments open = TypedArguments.of(" read 'my fi");
    assertThat(open.words()).containsExactly("read");
    assertThat(open.current()).isEqualTo("my fi");
    assertThat(open.start()).isEqualTo(6);
    assertThat(open.quote()).isEqualTo('\'');
    TypedArguments next = TypedArguments.of("a \"b\\\"c\" ");
    assertThat(next.words()).containsExactly("a", "b\"c");
    assertThat(next.current()).isEmpty();
    assertThat(next.start()).isEqualTo(9);
  }

  @Test
  void whatIsInsertedIsOneArgument() throws MagicUsageException {
    for (String typed : List.of("", "'", "\"")) {
      for (String text : List.of("plain", "a b", "it's", "say \"x\"", "it's \"x\" \\", "tab\tx")) {
        String written = TypedArguments.of(typed).quoted(text);
        assertThat(MagicArguments.split(written))
            .as(typed + text)
            .containsExactly(Template.of(text));
      }
    }
  }
}
