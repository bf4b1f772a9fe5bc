// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is a secret, by its name and by its look. */
class SecretsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DB_PASSWORD",
        "spark.x.passwd",
        "ACCESS_TOKEN",
        "spark.hadoop.fs.s3a.secret.key",
        "spark.hadoop.fs.s3a.access.key",
        "AWS_ACCESS_KEY_ID",
        "ApiKey",
        "SSH_PRIVATE_KEY",
        "fs.azure.account.key.x",
        "HTTP_COOKIE",
        "GIT_AUTH",
        "MY_PWD"
      })
  void namesOfSecrets(String name) {
    assertThat(Secrets.isSecret(name)).isTrue();
    assertThat(Secrets.shown(name, "hush")).doesNotContain("hush");
  }

  @ParameterizedTest
  @ValueSource(strings = {"HOME", "PWDX", "GIT_AUTHOR", "spark.sql.shuffle.partitions", "KEYBOARD"})
  void namesOfOthers(String name) {
    assertThat(Secrets.isSecret(name)).isFalse();
    assertThat(Secrets.shown(name, "seen")).isEqualTo("seen");
  }

  @Test
  void longWordsAreReadAtOnce() {
    String word = "a".repeat(1_000_000);
    String cell = "\n".repeat(20_000) + "%%bash\n" + word + "\n%tfaas " + word;
    assertTimeoutPreemptively(
        Duration.ofSeconds(30), () -> assertThat(Secrets.removed(cell).equals(cell)).isTrue());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          opened https://me:hush@host/x with 3 | opened https://(hidden)@host/x with 3
          token=hush, next=1 | token=(hidden), next=1
          password: hush | password: (hidden)
          {"api_key": "hush"} | {"api_key": (hidden)}
          Authorization: Bearer hush | Authorization: Bearer (hidden)
          as eyJhbGciOiJub25l.eyJzdWIi.hush here | as (hidden) here
          5 tokens are renewed | 5 tokens are renewed
          tokens renewed in 3 s | tokens renewed in 3 s
          """)
  void textsAreShownWithoutThem(String text, String shown) {
    assertThat(Secrets.shownText(text)).isEqualTo(shown);
  }
}
