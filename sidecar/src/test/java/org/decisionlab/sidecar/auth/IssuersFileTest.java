// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.decisionlab.identity.tokens.verify.TrustedIssuer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The file of issuers: what is read from it, and what is refused by its name. */
class IssuersFileTest {

  private static final String GOOD =
      """
      {"issuers":[
        {"issuer":"https://iam.example.org/","audiences":["https://sidecar.example.org"],
         "introspection":{"client_id":"sidecar","secret_file":"secret"},
         "readers":["/cms","/cms/top"],
         "grants":[{"group":"/cms","rights":["read","predict"]},
                   {"scope":"model.write","rights":["publish"]}]},
        {"issuer":"http://127.0.0.1:9000","any_audience":true,
         "grants":[{"group":"/cms","scope":"model.read","rights":["admin"]}]}]}
      """;

  @TempDir Path directory;

  private IssuersFile read(String text) throws IOException {
    Files.writeString(directory.resolve("secret"), "s3cret\n");
    return IssuersFile.read(Files.writeString(directory.resolve("issuers.json"), text));
  }

  @Test
  void issuersAndGrantsAreRead() throws Exception {
    IssuersFile file = read(GOOD);
    TrustedIssuer first = file.issuers().get(0);
    assertThat(first.audiences()).containsExactly("https://sidecar.example.org");
    assertThat(first.anyAudience()).isFalse();
    assertThat(first.withoutAudience()).isFalse();
    assertThat(first.introspection().clientId()).isEqualTo("sidecar");
    assertThat(first.introspection().always()).isFalse();
    String always = GOOD.replace("\"secret\"}", "\"secret\",\"always\":true}");
    assertThat(read(always).issuers().get(0).introspection().always()).isTrue();
    assertThat(first.introspection().secretFile())
        .isEqualTo(directory.resolve("secret").toAbsolutePath());
    assertThat(file.issuers().get(1).anyAudience()).isTrue();
    assertThat(file.realms().get("https://iam.example.org/"))
        .isEqualTo(
            new Realm(
                "https://iam.example.org",
                Readers.groups(List.of("/cms", "/cms/top"), "https://iam.example.org")));
    assertThat(file.realms().get("http://127.0.0.1:9000"))
        .isEqualTo(new Realm("http://127.0.0.1:9000", Readers.ALL));
    assertThat(file.grants().get("https://iam.example.org/"))
        .containsExactly(
            new Grant("/cms", null, EnumSet.of(Right.READ, Right.PREDICT)),
            new Grant(null, "model.write", Set.of(Right.PUBLISH)));
    assertThat(file.grants().get("http://127.0.0.1:9000"))
        .isEqualTo(List.of(new Grant("/cms", "model.read", Set.of(Right.ADMIN))));
  }

  /** One thing of the good file written otherwise, and words of the message. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "https://iam.example.org/ | http://iam.example.org/ | issuers[0]: | must be https",
        "https://iam.example.org/ | https://u:p@iam.example.org/ | issuers[0]: | must be https",
        "https://iam.example.org/ | https://iam.example.org/?a=b | issuers[0]: | no query",
        "https://iam.example.org/ | not an address | issuers[0]: | no address",
        "http://127.0.0.1:9000 | https://iam.example.org | issuers[1]: | listed twice",
        "`\"any_audience\":true` | `\"any_audience\":false` | issuers[1]: | audience",
        "`\"any_audience\":true` | `\"any_audience\":\"yes\"` | issuers[1]: | true or false",
        "`\"any_audience\":true` | `\"anyaudience\":true` | issuers[1]: | 'anyaudience'",
        "`\"audiences\":[\"https` | `\"audiences\":[7,\"https` | issuers[0]: | list of texts",
        "`\"secret_file\":\"secret\"` | `\"secret_file\":\"gone\"` | issuers[0]: | gone",
        "`\"secret\"}` | `\"secret\",\"always\":\"yes\"}` | introspection: | 'always' must be true",
        "client_id | clientid | issuers[0]: introspection: | 'clientid'",
        "`\"rights\":[\"publish\"]` | `\"rights\":[\"push\"]` | grants[1]: | push",
        "`\"rights\":[\"publish\"]` | `\"rights\":[]` | grants[1]: | must list some",
        "`\"scope\":\"model.write\"` | `\"scopes\":\"model.write\"` | grants[1]: | 'scopes'",
        "`\"scope\":\"model.write\",` | `` | grants[1]: | 'group' or a 'scope'",
        "model.write | model.write openid | grants[1]: | one scope",
        "model.write | storage.read:/cms | grants[1]: | not about storage",
        "`\"group\":\"/cms\"` | `\"group\":\"cms\"` | grants[0]: | /cms/analysis",
        "`\"group\":\"/cms\"` | `\"group\":\"/cms/\"` | grants[0]: | /cms/analysis",
        "`[\"/cms\",\"/cms/top\"]` | `\"everybody\"` | issuers[0]: | 'readers' must be",
        "`[\"/cms\",\"/cms/top\"]` | `[]` | issuers[0]: | 'readers' must be",
        "`[\"/cms\",\"/cms/top\"]` | `[\"cms\"]` | issuers[0]: | 'readers' must be",
        "`\"readers\"` | `\"reader\"` | issuers[0]: | 'reader' is not known",
        "`\"issuers\"` | `\"issuer\"` | issuers.json: | 'issuer' is not known",
        "`]}]}` | `` | issuers.json | is not JSON",
      })
  void whatIsNotKnownOrNotSafeIsRefusedByName(String good, String bad, String where, String why) {
    assertThat(GOOD).contains(good);
    assertThatThrownBy(() -> read(GOOD.replace(good, bad == null ? "" : bad)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("issuers.json")
        .hasMessageContaining(where)
        .hasMessageContaining(why)
        .hasMessageNotContaining("s3cret");
  }
}
