// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BrokerSettingsTest {

  @TempDir Path folder;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void environmentOfAHub() throws Exception {
    Path secret = Files.writeString(folder.resolve("secret"), "very-secret\n");
    environment.put("JUPYTERHUB_API_URL", "http://127.0.0.1:8081/hub/api");
    environment.put("JUPYTERHUB_API_TOKEN", "0123456789abcdef");
    environment.put("JUPYTERHUB_SERVICE_NAME", "token-broker");
    environment.put("JUPYTERHUB_SERVICE_URL", "http://127.0.0.1:10101");
    environment.put("JUPYTERHUB_SERVICE_PREFIX", "/lab/services/token-broker/");
    environment.put("JUPYTERHUB_OAUTH_ACCESS_SCOPES", "[\"access:services!service=token-broker\"]");
    environment.put("DECISIONLAB_ISSUER", "https://iam.example/");
    environment.put("DECISIONLAB_HUB_CLIENT_ID", "hub");
    environment.put("DECISIONLAB_HUB_CLIENT_SECRET_FILE", secret.toString());
  }

  @Test
  void theHubsEnvironmentIsRead() throws Exception {
    BrokerSettings settings = BrokerSettings.of(environment);
    assertThat(settings.listen().getPort()).isEqualTo(10101);
    assertThat(settings.accessScopes()).containsExactly("access:services!service=token-broker");
    assertThat(settings.clientSecret()).isEqualTo("very-secret");
    assertThat(settings.exchange()).isEqualTo(BrokerSettings.Exchange.AUTO);
    assertThat(settings.toString()).doesNotContain("very-secret", "0123456789abcdef");
    assertThat(settings.exchangesPerMinute()).isEqualTo(60);
    environment.put("DECISIONLAB_BROKER_EXCHANGES_PER_MINUTE", "7");
    assertThat(BrokerSettings.of(environment).exchangesPerMinute()).isEqualTo(7);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "JUPYTERHUB_API_URL",
        "JUPYTERHUB_API_TOKEN",
        "JUPYTERHUB_SERVICE_URL",
        "DECISIONLAB_ISSUER",
        "DECISIONLAB_HUB_CLIENT_ID"
      })
  void whatIsMissingIsNamed(String name) {
    environment.remove(name);
    assertThatThrownBy(() -> BrokerSettings.of(environment)).hasMessageContaining(name);
  }

  @ParameterizedTest
  @CsvSource({
    "JUPYTERHUB_API_URL, http://hub.example/hub/api, https",
    "DECISIONLAB_ISSUER, http://iam.example, https",
    "JUPYTERHUB_SERVICE_URL, unix:/run/x, JUPYTERHUB_SERVICE_URL",
    "JUPYTERHUB_SERVICE_PREFIX, services, slash",
    "DECISIONLAB_BROKER_EXCHANGE, maybe, always",
    "DECISIONLAB_BROKER_EXCHANGES_PER_MINUTE, many, a number of exchanges",
    "DECISIONLAB_BROKER_EXCHANGES_PER_MINUTE, 0, is 1 to 1000000",
    "JUPYTERHUB_OAUTH_ACCESS_SCOPES, [], scope"
  })
  void whatCannotBeIsRefused(String name, String value, String why) {
    environment.put(name, value);
    assertThatThrownBy(() -> BrokerSettings.of(environment))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }
}
