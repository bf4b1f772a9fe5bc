// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RedactionTest {

  private static final String JWT =
      "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJib2IifQ.c2lnbmF0dXJl-Zm9v_YmFy";

  @Test
  void ordinaryLinesStayAsTheyAre() {
    String line = "bob: token for https://sidecar.example with model.read until 2026-11-21";
    assertThat(Redaction.log(line)).isEqualTo(line);
  }

  @Test
  void wordsOfAProviderAreShortAndWithoutTokens() {
    String said = "Invalid refresh token: " + JWT + "\r\nSet-Cookie: x" + " word".repeat(100);
    assertThat(Redaction.words(said))
        .startsWith("Invalid refresh token: ...")
        .doesNotContain("eyJ", "\n", "\r")
        .hasSizeLessThan(210);
  }
}
