// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.decisionlab.identity.tokens.source.LoginPrompt;
import org.decisionlab.identity.tokens.source.TokenRequest;
import org.decisionlab.identity.tokens.source.TokenUnavailableException;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.decisionlab.magics.arguments.MagicLine;
import org.decisionlab.magics.login.LoopbackServer.Reply;
import org.decisionlab.magics.login.LoopbackServer.Seen;
import org.decisionlab.magics.system.ChildEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The tokens of a kernel, by an environment, with an issuer of RFC 8628 on loopback. */
@Timeout(300)
class KernelTokensTest {

  private static final String FOUND = token("bob", 900);

  @TempDir Path folder;
  private final List<String> shown = new CopyOnWriteArrayList<>();
  private final AtomicInteger given = new AtomicInteger();
  private final ChildEnvironment children = new ChildEnvironment();
  private boolean granted = true;

  private final LoginPrompt prompt =
      new LoginPrompt() {
        @Override
        public void show(URI address, URI direct, String code, Instant until) {
          shown.add(code + " at " + address.getPath());
        }

        @Override
        public void done(String outcome) {
          shown.add(outcome);
        }
      };

  private static String token(String user, long life) {
    return LoopbackServer.token(
        "{\"sub\":\"id of "
            + user
            + "\",\"preferred_username\":\""
            + user
            + "\",\"iss\":\"https://iam.example/\",\"wlcg.groups\":[\"/cms\",\"/cms/it\"],"
            + "\"scope\":\"storage.read:/cms\",\"exp\":"
            + Instant.now().plusSeconds(life).getEpochSecond()
            + "}");
  }

  private KernelTokens tokens(Map<String, String> environment) {
    Map<String, String> all = new HashMap<>(environment);
    all.put("XDG_RUNTIME_DIR", folder.toString());
    return new KernelTokens(all, folder, prompt, Clock.systemUTC());
  }

  private Reply issuer(Seen request, URI base) {
    String path = request.path();
    if (path.startsWith("/.well-known/")) {
      return Reply.of(
          200,
          "{\"token_endpoint\":\"%1$s/token\",\"device_authorization_endpoint\":\"%1$s/code\"}"
              .formatted(base));
    }
    if (path.equals("/code")) {
      return Reply.of(
          200,
          "{\"device_code\":\"dc\",\"user_code\":\"AB-CD\",\"verification_uri\":\""
              + base
              + "/device\",\"interval\":1,\"expires_in\":300}");
    }
    if (!granted) {
      return Reply.of(400, "{\"error\":\"invalid_grant\"}");
    }
    String user = "ada" + given.incrementAndGet();
    return Reply.of(
        200,
        "{\"access_token\":\""
            + token(user, 900)
            + "\",\"expires_in\":900,\"refresh_token\":\"refresh-hush\"}");
  }

  private LoopbackServer issuer() throws Exception {
    LoopbackServer[] self = new LoopbackServer[1];
    self[0] = new LoopbackServer(request -> issuer(request, self[0].uri()));
    return self[0];
  }

  private static Map<String, String> at(LoopbackServer issuer) {
    return Map.of(
        "DECISIONLAB_ISSUER",
        issuer.uri() + "/",
        "DECISIONLAB_CLIENT_ID",
        "notebooks",
        "BEARER_TOKEN",
        FOUND);
  }

  private String login(KernelTokens tokens, String... words) throws Exception {
    return String.valueOf(MagicLine.run(new LoginMagic(tokens, children), List.of(words)));
  }

  @Test
  void whoIsToldByTheTokenAndTheTokenIsNot() throws Exception {
    try (KernelTokens tokens = tokens(Map.of("BEARER_TOKEN", FOUND))) {
      assertThat(login(tokens))
          .contains(
              "user      bob\n", "groups    /cms, /cms/it\n", "issuer    https://iam.example/")
          .contains("token     ends in 14 min", "from bearer token discovery")
          .contains("nothing of it is verified")
          .doesNotContain(FOUND, FOUND.substring(20, 60));
    }
    try (KernelTokens tokens = tokens(Map.of("BEARER_TOKEN", "opaque"))) {
      assertThat(login(tokens))
          .contains("ends at a time that it does not tell", "does not tell whom it stands for")
          .doesNotContain("opaque");
    }
  }

  @Test
  void withoutAnyPlaceItIsSaidWhatIsMissing() {
    try (KernelTokens tokens = tokens(Map.of())) {
      assertThatThrownBy(() -> login(tokens))
          .isInstanceOf(TokenUnavailableException.class)
          .hasMessageContaining("BEARER_TOKEN_FILE");
      assertThatThrownBy(() -> login(tokens, "device"))
          .hasMessageContaining("DECISIONLAB_ISSUER")
          .hasMessageContaining("DECISIONLAB_CLIENT_ID");
      assertThatThrownBy(() -> login(tokens, "devise"))
          .isInstanceOf(MagicUsageException.class)
          .hasMessageContaining("device");
      assertThatThrownBy(() -> login(tokens, "export", "--audiense", "x"))
          .isInstanceOf(MagicUsageException.class)
          .hasMessageContaining("--audience");
    }
    try (KernelTokens tokens =
        tokens(
            Map.of(
                "DECISIONLAB_TOKEN_BROKER", "http://broker.example",
                "JUPYTERHUB_API_TOKEN", "hush"))) {
      assertThatThrownBy(() -> login(tokens))
          .isInstanceOf(TokenUnavailableException.class)
          .hasMessageContaining("http://broker.example")
          .hasMessageNotContaining("hush");
    }
  }

  @Test
  void aPlaceThatCannotBeUsedLeavesTheOthers() throws Exception {
    Map<String, String> environment =
        Map.of(
            "DECISIONLAB_TOKEN_BROKER",
            "http://broker.example",
            "JUPYTERHUB_API_TOKEN",
            "hush",
            "DECISIONLAB_ISSUER",
            "http://iam.example",
            "DECISIONLAB_CLIENT_ID",
            "notebooks",
            "BEARER_TOKEN",
            FOUND);
    try (KernelTokens tokens = tokens(environment)) {
      assertThat(login(tokens)).contains("user      bob\n");
      assertThatThrownBy(() -> login(tokens, "device"))
          .isInstanceOf(TokenUnavailableException.class)
          .hasMessageContaining("DECISIONLAB_ISSUER: an address")
          .hasMessageContaining("http://iam.example");
    }
  }

  @Test
  void nobodyIsAskedBeforeATokenIsWantedAndNobodyWhoDoesNotWait() throws Exception {
    try (LoopbackServer issuer = issuer();
        KernelTokens tokens =
            tokens(
                Map.of(
                    "DECISIONLAB_ISSUER",
                    issuer.uri().toString(),
                    "DECISIONLAB_CLIENT_ID",
                    "notebooks"))) {
      assertThat(issuer.seen).isEmpty();
      assertThatThrownBy(() -> login(tokens)).hasMessageContaining("%login device");
      assertThat(shown).isEmpty();
      assertThat(tokens.token(TokenRequest.ANY).facts().orElseThrow().userName()).isEqualTo("ada1");
      assertThat(shown).containsExactly("AB-CD at /device", "logged in");
    }
  }

  @Test
  void aLoginComesFirstAndTheFileFollowsIt() throws Exception {
    try (LoopbackServer issuer = issuer();
        KernelTokens tokens = tokens(at(issuer))) {
      assertThat(login(tokens, "export")).contains("user      bob");
      Path file = Path.of(children.get("BEARER_TOKEN_FILE").orElseThrow());
      assertThat(Files.readString(file).strip()).isEqualTo(FOUND);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
          .isEqualTo("rwx------");

      assertThat(login(tokens, "device"))
          .contains("user      ada", "from login by device code", file.toString())
          .doesNotContain("refresh-hush", "eyJ");
      assertThat(shown).containsExactly("AB-CD at /device", "logged in");
      assertThat(issuer.seen.get(1).body())
          .contains("scope=offline_access")
          .contains("wlcg.groups");
      assertThat(Files.readString(file)).startsWith("eyJ").doesNotContain(FOUND);

      granted = false;
      assertThat(login(tokens, "end")).contains("logged out", "deleted");
      assertThat(file).doesNotExist();
      assertThat(file.getParent()).doesNotExist();
      assertThat(children.get("BEARER_TOKEN_FILE")).isEqualTo(java.util.Optional.empty());
      assertThat(login(tokens)).contains("user      bob");
    }
  }

  @Test
  void theFileGoesWithTheKernel() throws Exception {
    KernelTokens tokens = tokens(Map.of("BEARER_TOKEN", FOUND));
    Path file = tokens.export(TokenRequest.ANY);
    assertThat(file).exists();
    tokens.close();
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void aCodeIsShownAsALinkThatCannotReachBack() {
    CellPrompt.Code code =
        new CellPrompt.Code(
            URI.create("https://iam.example/device"),
            URI.create("https://iam.example/device?user_code=A%22B&x=1"),
            "<b>AB-CD</b>",
            Instant.now());
    assertThat(code.toHtml())
        .contains("rel=\"noopener noreferrer\"", "user_code=A%22B&amp;x=1", "&lt;b&gt;AB-CD")
        .doesNotContain("<b>");
    assertThat(code.toString()).contains("https://iam.example/device", "AB-CD", "Interrupt");
  }
}
