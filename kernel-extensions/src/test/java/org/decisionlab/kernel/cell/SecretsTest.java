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
        "MY_PWD",
        "spark.x.pwd",
        "OAUTH_REFRESH"
      })
  void namesOfSecrets(String name) {
    assertThat(Secrets.isSecret(name)).isTrue();
    assertThat(Secrets.shown(name, "hush")).doesNotContain("hush");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HOME",
        "PWD",
        "PWDX",
        "GIT_AUTHOR",
        "spark.sql.shuffle.partitions",
        "KEYBOARD",
        "spark.keys"
      })
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
          -H "authorization: bearer hush" | -H "authorization: bearer (hidden)"
          as bearer 0123456789abcdef0 here | as bearer (hidden) here
          kinit --password hush --keytab x | kinit --password (hidden) --keytab x
          run -token 'hush hush' now | run -token (hidden) now
          get --no-token --quiet | get --no-token --quiet
          db.password=hush&hush next | db.password=(hidden) next
          http://h/x?token=hush&page=2 | http://h/x?token=(hidden)&page=2
          http://h/x?page=2&authz=hush | http://h/x?page=2&authz=(hidden)
          http://h/x?op=OPEN&delegation=hush&offset=0 | http://h/x?op=OPEN&delegation=(hidden)&offset=0
          device_code=hush next | device_code=(hidden) next
          http://h/x?page=2&my_auth=hush#a | http://h/x?page=2&my_auth=(hidden)#a
          if [ $token == hush ]; | if [ $token == (hidden) ];
          export MY_PWD=hush | export MY_PWD=(hidden)
          export SIGN_KEY=hush | export SIGN_KEY=(hidden)
          SELECT 1 WHERE part_key = 3 | SELECT 1 WHERE part_key = 3
          sort --key 2 --key=3 | sort --key 2 --key=3
          at ssh://git@host/x | at ssh://git@host/x
          at abfss://box@me.dfs.core.windows.net/x | at abfss://box@me.dfs.core.windows.net/x
          at redis://:hush@host and HTTPS://hush@host | at redis://(hidden)@host and HTTPS://(hidden)@host
          as eyJhbGciOiJub25l.eyJzdWIi.hush here | as (hidden) here
          5 tokens are renewed | 5 tokens are renewed
          tokens renewed in 3 s | tokens renewed in 3 s
          """)
  void textsAreShownWithoutThem(String text, String shown) {
    assertThat(Secrets.shownText(text)).isEqualTo(shown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "printf(\"loss=%.3f, tokens=%d%n\", l, t); save(m);",
        "var text = \"%env A=b\"; save(m);",
        "int rest = all\n  % token + 1;",
        "%%time\nString token = next();\nint secret = token.length();",
        "// twice\n%%timeit -n 3\npassword = next();",
        "Bearer bearer = new Bearer();",
        "Bearer bearerOfAuthentication = new Bearer();",
        "void use(Bearer bearerOfAuthentication) {}",
        "String token = next();",
        "spark.read().parquet(\"abfss://box@me.dfs.core.windows.net/x\")",
        "%%bash\ngit clone ssh://git@host/x\nsort --key 2 $HOME/x"
      })
  void otherCellsAreKeptAsTheyAre(String cell) {
    assertThat(Secrets.removed(cell)).isEqualTo(cell);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          %spark start --conf spark.x.pwd=hush | %spark start --conf spark.x.pwd=***
          %spark start --conf spark.x.key=hush | %spark start --conf spark.x.key=***
          var m = %tfaas models --token hush | var m = %tfaas models --token ***
          var m = %time %env A=hush | var m = %time %env A=***
          call("a%b", () -> %tfaas models --token hush | call("a%b", () -> %tfaas models --token ***
          say("\\"=%d"); m = %tfaas models --token hush | say("\\"=%d"); m = %tfaas models --token ***
          return %tfaas models --token hush | return %tfaas models --token ***
          %env A b | %env A ***
          /* first */ %%bash --no-token | /* first */ %%bash --no-token
          ask("Bearer 0123456789abcdef") | ask("Bearer (hidden)")
          """)
  void cellsAreKeptWithoutThem(String cell, String kept) {
    assertThat(Secrets.removed(cell)).isEqualTo(kept);
  }

  @Test
  void bodiesOfOtherLanguagesAreKeptWithoutThem() {
    assertThat(
            Secrets.removed(
                "/* first\n */\n%%bash\nexport DB_PASSWORD=hush\nkinit --password hush"))
        .isEqualTo("/* first\n */\n%%bash\nexport DB_PASSWORD=(hidden)\nkinit --password (hidden)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"System.getenv(\"MY_PWD\")", "conf.get(\"x.auth\")", "get(\"A_KEY\")"})
  void cellsThatNameASecret(String cell) {
    assertThat(Secrets.isNamedIn(cell)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"class A { private int author; }\nnew A()", "entry.getKey()"})
  void cellsThatNameNone(String cell) {
    assertThat(Secrets.isNamedIn(cell)).isFalse();
  }
}
