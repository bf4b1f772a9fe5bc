// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScopeRulesTest {

  /** What was asked, what came, and what of it goes beyond. */
  @ParameterizedTest
  @CsvSource({
    "model.read, model.read, ''",
    "model.read, '', ''",
    "model.read model.write, model.read, ''",
    "model.read, model.read model.write, model.write",
    "model.read, openid profile email offline_access wlcg model.read, ''",
    "model.read, model.read wlcg.groups, wlcg.groups",
    "openid, openid wlcg.groups:/cms, wlcg.groups:/cms",
    "storage.read:/cms, storage.read:/cms, ''",
    "storage.read:/cms, storage.read:/cms/user, ''",
    "storage.read:/, storage.read:/cms, ''",
    "storage.read:/cms, storage.read:/, storage.read:/",
    "storage.read:/cms/user, storage.read:/cms, storage.read:/cms",
    "storage.read:/cms, storage.read:/cms-other, storage.read:/cms-other",
    "storage.read:/cms/, storage.read:/cms, storage.read:/cms",
    "storage.modify:/cms, storage.create:/cms/a, ''",
    "storage.create:/cms, storage.modify:/cms, storage.modify:/cms",
    "storage.read:/cms, storage.stage:/cms, storage.stage:/cms",
    "storage.read:/cms, storage.read:/cms/../atlas, storage.read:/cms/../atlas",
    "storage.read:/cms, storage.read, storage.read",
    "storage.read:/cms, storage.write:/cms, storage.write:/cms",
    "storage.read:/cms, storage.read:/%63ms, ''",
    "storage.read:/cms compute.read, storage.read:/a compute.read b, b storage.read:/a"
  })
  void whatGoesBeyondIsNamed(String asked, String answered, String beyond) {
    assertThat(ScopeRules.beyond(words(asked), words(answered)))
        .containsExactlyElementsOf(words(beyond));
  }

  private static List<String> words(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split(" ", -1));
  }
}
