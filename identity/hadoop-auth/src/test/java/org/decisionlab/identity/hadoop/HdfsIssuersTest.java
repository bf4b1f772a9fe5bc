// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.hadoop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import org.decisionlab.identity.tokens.scope.StoragePath;
import org.decisionlab.identity.tokens.scope.StorageScopes;
import org.decisionlab.identity.tokens.verify.VerifiedToken;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which account a token stands for, and what it permits, by the file. */
class HdfsIssuersTest {

  private static final String IAM = "https://iam.example.org/";
  private static final String BEGIN =
      "{\"issuer\":\"" + IAM + "\",\"audiences\":[\"https://httpfs.example.org\"],";

  @TempDir Path folder;

  private HdfsIssuers read(String text) throws IOException {
    return HdfsIssuers.read(Files.writeString(folder.resolve("issuers.json"), text), "service");
  }

  private HdfsIssuers of(String members) throws IOException {
    return read("{\"reserved\":[\"Archive\"],\"issuers\":[" + BEGIN + members + "}]}");
  }

  private static VerifiedToken token(
      String subject, @Nullable String username, Set<String> scopes, Set<String> groups)
      throws Exception {
    return new VerifiedToken(
        IAM,
        subject,
        username,
        null,
        null,
        scopes,
        groups,
        StorageScopes.of(scopes, StoragePath.ROOT),
        Instant.MAX);
  }

  private static VerifiedToken user(String subject, @Nullable String username) throws Exception {
    return token(subject, username, Set.of(), Set.of());
  }

  @Test
  void theAccountIsTheSubjectTheUsernameOrWhatIsListed() throws Exception {
    VerifiedToken ada = user("a1b2-c3", "ada");
    assertThat(of("\"accounts\":\"subject\"").account(ada)).isEqualTo("a1b2-c3");
    assertThat(of("\"accounts\":\"preferred_username\"").account(ada)).isEqualTo("ada");
    assertThat(of("\"accounts\":\"preferred_username\",\"prefix\":\"cms-\"").account(ada))
        .isEqualTo("cms-ada");
    HdfsIssuers listed = of("\"accounts\":{\"a1b2-c3\":\"lovelace\"}");
    assertThat(listed.account(ada)).isEqualTo("lovelace");
    assertThatThrownBy(() -> listed.account(user("other", "ada")))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("no account here");
    assertThatThrownBy(() -> of("\"accounts\":\"preferred_username\"").account(user("a", null)))
        .isInstanceOf(Refusal.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hdfs",
        "HDFS",
        "root",
        "service",
        "archive",
        "yarn",
        "ada@REALM",
        "ada/host",
        "../ada",
        "-ada",
        "ada b",
        "",
        "ädä"
      })
  void noTokenStandsForAServiceOrForWhatIsNoAccount(String name) throws Exception {
    HdfsIssuers byName = of("\"accounts\":\"preferred_username\"");
    assertThatThrownBy(() -> byName.account(user("a", name)))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(403));
  }

  @Test
  void aPrefixMakesNoService() throws Exception {
    HdfsIssuers byName = of("\"accounts\":\"preferred_username\",\"prefix\":\"hd\"");
    assertThatThrownBy(() -> byName.account(user("a", "fs"))).isInstanceOf(Refusal.class);
  }

  @ParameterizedTest
  @CsvSource({
    "storage.read:/store, /store/a, true",
    "storage.read:/store, /store, true",
    "storage.read:/store, /store-other, false",
    "storage.read:/store, /, false",
    "storage.modify:/store, /store/a, false",
    "wlcg, /store/a, false",
  })
  void scopesDecide(String scope, String path, boolean permitted) throws Exception {
    HdfsIssuers issuers = of("\"accounts\":\"subject\",\"groups\":[\"/cms\"]");
    VerifiedToken token = token("a", null, Set.of(scope), Set.of());
    FileRequest asked = FileRequest.of("GET", "/webhdfs/v1" + path, "op=LISTSTATUS", null);
    if (permitted) {
      issuers.requirePermitted(token, asked);
    } else {
      assertThatThrownBy(() -> issuers.requirePermitted(token, asked))
          .isInstanceOfSatisfying(
              Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(403));
    }
  }

  @Test
  void groupsCountWhereTheFileSaysSoAndNotBesideCapabilities() throws Exception {
    HdfsIssuers issuers = of("\"accounts\":\"subject\",\"groups\":[\"/cms\"]");
    FileRequest asked = FileRequest.of("GET", "/webhdfs/v1/x", "op=OPEN", null);
    issuers.requirePermitted(token("a", null, Set.of(), Set.of("/cms")), asked);
    for (VerifiedToken token :
        new VerifiedToken[] {
          token("a", null, Set.of(), Set.of("/cms/analysis")),
          token("a", null, Set.of(), Set.of("/atlas")),
          token("a", null, Set.of("storage.read:/y"), Set.of("/cms")),
          token("a", null, Set.of("compute.read"), Set.of("/cms"))
        }) {
      assertThatThrownBy(() -> issuers.requirePermitted(token, asked)).isInstanceOf(Refusal.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"accounts\":\"sub\"",
        "\"prefix\":\"x\"",
        "\"accounts\":\"subject\",\"grants\":[]",
        "\"accounts\":\"subject\",\"groups\":[\"cms\"]",
        "\"accounts\":\"subject\",\"base\":\"cms\"",
        "\"accounts\":\"subject\",\"accounts\":\"preferred_username\"",
        "\"accounts\":{\"a\":\"hdfs\"}",
        "\"accounts\":{\"a\":\"b c\"}",
        "\"accounts\":{\"a\":1}",
        "\"accounts\":{\"a\":\"ada\"},\"prefix\":\"x\"",
      })
  void aFileThatIsWrongIsRefused(String members) {
    assertThatThrownBy(() -> of(members))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("issuers.json");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"accounts\":\"subject\" | \"accounts\":\"subject\",\"prefix\":\"b-\"",
        "\"accounts\":\"subject\",\"prefix\":\"b-\" | \"accounts\":\"subject\",\"prefix\":\"b-\"",
        "\"accounts\":\"subject\",\"prefix\":\"b-c\" | \"accounts\":\"subject\",\"prefix\":\"b-\"",
      })
  void twoIssuersShareNoAccounts(String first, String second) {
    assertThatThrownBy(() -> both(first, second)).hasMessageContaining("'prefix'");
  }

  @Test
  void twoIssuersThatAreApartAreRead() throws Exception {
    assertThat(both("\"accounts\":\"subject\",\"prefix\":\"a-\"", "\"accounts\":{\"x\":\"b\"}"))
        .satisfies(both -> assertThat(both.trusted()).hasSize(2));
  }

  private HdfsIssuers both(String first, String second) throws IOException {
    String other = BEGIN.replace("iam.example.org", "other.example.org");
    return read("{\"issuers\":[" + BEGIN + first + "}," + other + second + "}]}");
  }
}
