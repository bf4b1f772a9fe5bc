// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KernelInfoTest {

  @Test
  void theDocumentationIsOfferedWhereTheUsersServerShowsIt() {
    assertThat(links(Map.of())).contains("Java API").doesNotContain("Magics");
    assertThat(links(Map.of("DECISIONLAB_HELP_PAGES", "help"))).doesNotContain("Magics");
    assertThat(
            links(
                Map.of(
                    "DECISIONLAB_HELP_PAGES", "lab-help",
                    "JUPYTERHUB_SERVICE_PREFIX", "/user/ada/")))
        .contains(
            "/user/ada/lab-help/kernel", "/user/ada/lab-help/magics", "/user/ada/lab-help/spark");
  }

  private static String links(Map<String, String> environment) {
    return new Gson().toJson(KernelInfo.helpLinks(environment));
  }
}
