// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.tfaas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.decisionlab.identity.tokens.source.LoginPrompt;
import org.decisionlab.magics.login.KernelTokens;
import org.decisionlab.magics.login.LoopbackServer;
import org.decisionlab.magics.login.LoopbackServer.Reply;
import org.decisionlab.magics.login.LoopbackServer.Seen;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** When a server is shown which token, and what is asked again. The real one is asked in an IT. */
@Timeout(120)
class TfaasTokensTest {

  private static final LoginPrompt NOBODY =
      new LoginPrompt() {
        @Override
        public void show(URI address, URI direct, String code, Instant until) {
          throw new AssertionError("nobody is there");
        }

        @Override
        public void done(String outcome) {
          throw new AssertionError("nobody is there");
        }
      };

  @TempDir Path folder;
  private final Map<String, String> environment = new HashMap<>();
  private final List<String> accepted = new ArrayList<>();
  private boolean open;
  private LoopbackServer server;
  private Path file;
  private KernelTokens tokens;
  private TfaasTokens ofKernel;

  @BeforeEach
  void start() throws Exception {
    server = new LoopbackServer(this::answer);
    file = Files.writeString(folder.resolve("token"), "first");
    environment.put("BEARER_TOKEN_FILE", file.toString());
    environment.put(TfaasService.ADDRESS, server.uri().toString());
    tokens = new KernelTokens(environment, folder.resolve("none"), NOBODY, Clock.systemUTC());
    ofKernel = new TfaasTokens(tokens, environment::get);
  }

  @AfterEach
  void stop() {
    tokens.close();
    server.close();
  }

  /** As the sidecar answers. */
  private Reply answer(Seen request) {
    if (open || accepted.contains(request.authorization())) {
      return request.path().equals("/models")
          ? Reply.of(200, "[]")
          : Reply.of(200, request.path().equals("/json") ? "[0.5]" : "{}");
    }
    return Reply.of(401, "{\"error\":\"the token expired\"}");
  }

  private TfaasService service() {
    return service(null);
  }

  private TfaasService service(String address) {
    return TfaasService.of(address, environment::get, ofKernel);
  }

  private List<String> asked() {
    return server.seen.stream().map(each -> each.path() + " " + each.authorization()).toList();
  }

  @Test
  void aServerThatAsksForNoTokenIsShownNone() throws Exception {
    open = true;
    assertThat(service().models()).isEmpty();
    service().delete("m");
    assertThat(asked()).containsExactly("/models ", "/models ", "/delete ");
  }

  @Test
  void theFirstChangeFindsOutThatATokenIsWanted() throws Exception {
    accepted.add("Bearer first");
    service().delete("m");
    assertThat(asked()).containsExactly("/models ", "/models Bearer first", "/delete Bearer first");
  }

  @Test
  void aServerThatAsksIsShownOneFromThenOn() throws Exception {
    accepted.add("Bearer first");
    assertThat(service().models()).isEmpty();
    assertThat(service().predict("m", Map.of("x", 1))).containsExactly(0.5f);
    service().delete("m");
    assertThat(asked())
        .containsExactly(
            "/models ",
            "/models Bearer first",
            "/json Bearer first",
            "/models Bearer first",
            "/delete Bearer first");
  }

  @Test
  void withAnAudienceItIsShownOneAtOnceAndOneOfThatAudienceOnly() throws Exception {
    environment.put(KernelTokens.SIDECAR_AUDIENCE, "https://sidecar.example");
    accepted.add("Bearer first");
    service().models();
    assertThat(asked()).containsExactly("/models Bearer first");
    Files.writeString(file, LoopbackServer.token("{\"aud\":\"https://other.example\"}"));
    accepted.clear();
    assertThatThrownBy(() -> service().models())
        .hasMessageContaining("HTTP 401: the token expired")
        .hasMessageContaining("for https://other.example, not for https://sidecar.example");
  }

  @Test
  void theBrokerIsAskedForTheSidecarsAudienceAndScopes() throws Exception {
    try (LoopbackServer broker =
        new LoopbackServer(
            request ->
                Reply.of(
                    200,
                    "{\"access_token\":\"narrow\",\"expires_at\":\"2099-01-01T00:00:00Z\"}"))) {
      environment.put("DECISIONLAB_TOKEN_BROKER", broker.uri().toString());
      environment.put("JUPYTERHUB_API_TOKEN", "of the server");
      environment.put(KernelTokens.SIDECAR_AUDIENCE, "urn:decisionlab:sidecar:lab");
      environment.put(KernelTokens.SIDECAR_SCOPES, "wlcg  wlcg.groups");
      accepted.add("Bearer narrow");
      service().delete("m");
      assertThat(broker.seen).hasSize(1);
      assertThat(broker.seen.get(0).body())
          .contains("\"audience\":\"urn:decisionlab:sidecar:lab\"")
          .contains("\"scope\":\"wlcg wlcg.groups\"");
    }
  }

  @Test
  void aTokenThatHasEndedIsRenewedOnce() throws Exception {
    accepted.add("Bearer first");
    TfaasService service = service();
    service.models();
    accepted.set(0, "Bearer second");
    Files.writeString(file, "second");
    assertThat(service.models()).isEmpty();
    assertThat(asked().subList(2, 4))
        .containsExactly("/models Bearer first", "/models Bearer second");

    accepted.clear();
    Files.writeString(file, "third");
    assertThatThrownBy(service::models).hasMessageContaining("HTTP 401");
    assertThat(asked()).hasSize(6);
    assertThatThrownBy(service::models)
        .hasMessageContaining("no other token than the one refused")
        .hasMessageNotContaining("third");
    assertThat(asked()).as("the same token is not shown again").hasSize(7);
  }

  @Test
  void aChangeIsSentOnceWhateverComes() throws Exception {
    accepted.add("Bearer first");
    TfaasService service = service();
    service.models();
    server.seen.clear();
    accepted.set(0, "Bearer second");
    Files.writeString(file, "second");
    service.delete("m");
    assertThat(asked())
        .as("the question before it has met the old token")
        .containsExactly("/models Bearer first", "/models Bearer second", "/delete Bearer second");
  }

  @Test
  void aChangeThatIsRefusedIsNotRepeated() throws Exception {
    LoopbackServer readable =
        new LoopbackServer(
            request ->
                request.path().equals("/models")
                    ? Reply.of(200, "[]")
                    : Reply.of(401, "{\"error\":\"a token is needed\"}"));
    try (readable) {
      environment.put(TfaasService.ADDRESS, readable.uri().toString());
      assertThatThrownBy(() -> service().delete("m"))
          .hasMessageContaining("HTTP 401: a token is needed")
          .hasMessageContaining("Nothing is deleted")
          .hasMessageContaining("run the cell again");
      assertThat(readable.seen).extracting(Seen::path).containsExactly("/models", "/delete");
      assertThatThrownBy(() -> service().delete("m")).hasMessageContaining("no other token");
      assertThat(readable.seen.get(3).authorization()).isEqualTo("Bearer first");
      assertThat(readable.seen).hasSize(4);
    }
  }

  @Test
  void aChangeIsMadeWhereTheListBeforeItCannotBeRead() throws Exception {
    try (LoopbackServer other =
        new LoopbackServer(
            request -> Reply.of(200, request.path().equals("/models") ? "{\"a\":1}" : "{}"))) {
      environment.put(TfaasService.ADDRESS, other.uri().toString());
      environment.put(KernelTokens.SIDECAR_AUDIENCE, "https://sidecar.example");
      service().delete("m");
      assertThat(other.seen).extracting(Seen::path).containsExactly("/models", "/delete");
    }
  }

  @Test
  void noOtherServerIsShownAToken() throws Exception {
    try (LoopbackServer other =
        new LoopbackServer(request -> Reply.of(401, "{\"error\":\"who are you\"}"))) {
      environment.put(KernelTokens.SIDECAR_AUDIENCE, "https://sidecar.example");
      assertThatThrownBy(() -> service(other.uri().toString()).models())
          .hasMessageContaining("who are you")
          .hasMessageContaining(TfaasService.ADDRESS);
      assertThat(other.seen).hasSize(1);
      assertThat(other.seen.get(0).authorization()).isEmpty();
    }
    environment.put(TfaasService.ADDRESS, "http://sidecar.example:8083");
    assertThat(ofKernel.of(URI.create("http://sidecar.example:8083")).isWanted()).isFalse();
    environment.put(TfaasService.ADDRESS, "https://Sidecar.example");
    assertThat(ofKernel.of(URI.create("https://sidecar.example:443/core")).isWanted()).isTrue();
    assertThat(ofKernel.of(URI.create("https://sidecar.example:8443")).isWanted()).isFalse();
    assertThat(ofKernel.of(URI.create("http://sidecar.example:443")).isWanted()).isFalse();
  }

  @Test
  void aRedirectIsNotFollowed() throws Exception {
    try (LoopbackServer elsewhere = new LoopbackServer(request -> Reply.of(200, "[]"));
        LoopbackServer sending =
            new LoopbackServer(
                request -> new Reply(302, Map.of("Location", elsewhere.uri() + "/models"), ""))) {
      environment.put(TfaasService.ADDRESS, sending.uri().toString());
      environment.put(KernelTokens.SIDECAR_AUDIENCE, "https://sidecar.example");
      assertThatThrownBy(() -> service().models()).hasMessageContaining("302");
      assertThat(elsewhere.seen).isEmpty();
    }
  }
}
