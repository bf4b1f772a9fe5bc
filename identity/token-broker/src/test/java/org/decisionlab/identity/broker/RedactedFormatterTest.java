// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactedFormatterTest {

  private static final String JWT =
      "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJib2IifQ.c2lnbmF0dXJl-Zm9v_YmFy";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Writing [{grant_type=[refresh_token], refresh_token=[SECRET], scope=[a]}]",
        "{\"access_token\":\"SECRET\",\"token_type\":\"Bearer\"}",
        "Authorization: Bearer SECRET",
        "Authorization: token SECRET",
        "sent bearer SECRET away",
        "client_secret=SECRET&code=SECRET"
      })
  void whatLibrariesLogLosesItsSecrets(String line) {
    for (String secret : new String[] {JWT, "0123456789abcdef0123456789abcdef", "dGhpcy1pcw=="}) {
      if (line.contains("away") && secret.length() < 16) {
        continue;
      }
      String logged =
          new RedactedFormatter().format(new LogRecord(Level.FINE, line.replace("SECRET", secret)));
      assertThat(logged).doesNotContain(secret).doesNotContain("c2lnbmF0dXJl");
    }
  }
}
