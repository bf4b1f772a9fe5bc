// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.xrootd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.decisionlab.magics.login.KernelTokens;
import org.decisionlab.magics.login.LoopbackServer;
import org.decisionlab.magics.login.Unattended;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which token an element is shown that asks for one, by what the token says of itself. */
@Timeout(120)
class DoorTokensTest {

  private static final String ANY = "https://wlcg.cern.ch/jwt/v1/any";

  @TempDir Path folder;
  private WebDavServer server;

  @BeforeEach
  void start() throws Exception {
    Files.writeString(folder.resolve("words.txt"), "words");
    server = new WebDavServer(folder);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private KernelTokens tokens(String token, String hosts) {
    Map<String, String> environment = new HashMap<>();
    environment.put("BEARER_TOKEN", token);
    environment.put(FileTokens.HOSTS, hosts);
    return new KernelTokens(
        environment, folder.resolve("none"), new Unattended(), Clock.systemUTC());
  }

  private long sizeWith(String token, String hosts) throws Exception {
    server.token = token;
    try (KernelTokens tokens = tokens(token, hosts)) {
      RemoteFiles files = new RemoteFiles(new FileTokens(tokens), Map::of);
      return files.stat(RemoteAddress.of(server.at("/words.txt"))).size();
    }
  }

  private String own() {
    return "https://127.0.0.1:" + server.uri().getPort();
  }

  @Test
  void anElementThatIsNotListedIsShownNothingThatIsGoodElsewhere() {
    for (String token :
        List.of(
            "opaque",
            LoopbackServer.token("{\"sub\":\"ada\"}"),
            LoopbackServer.token("{\"aud\":\"" + ANY + "\"}"),
            LoopbackServer.token("{\"aud\":[\"" + own() + "\",\"https://other.example\"]}"),
            LoopbackServer.token("{\"aud\":[\"" + own() + "\",\"" + ANY + "\"]}"))) {
      assertThatThrownBy(() -> sizeWith(token, ""))
          .as(token)
          .hasMessageContaining("HTTP 401")
          .hasMessageContaining("not for " + own() + " alone")
          .hasMessageContaining(FileTokens.HOSTS + "=127.0.0.1:" + server.uri().getPort())
          .hasMessageNotContaining(token);
    }
    assertThat(server.seen)
        .isNotEmpty()
        .allSatisfy(each -> assertThat(each).doesNotContain("Bearer"));
  }

  @Test
  void itIsShownATokenForItsOwnAddressAndAListedOneAnyToken() throws Exception {
    assertThat(sizeWith(LoopbackServer.token("{\"aud\":\"" + own() + "\"}"), "")).isEqualTo(5);
    assertThat(sizeWith("opaque", "127.0.0.1:" + server.uri().getPort())).isEqualTo(5);
    assertThat(sizeWith(LoopbackServer.token("{\"sub\":\"ada\"}"), "127.0.0.1")).isEqualTo(5);
  }

  @Test
  void programsAreGivenNoneEither() throws Exception {
    URI element = URI.create("root://storage.example//x");
    try (KernelTokens tokens = tokens("opaque", "")) {
      FileTokens.ForProgram given = new FileTokens(tokens).ofProgram(element);
      assertThat(given.token()).isNull();
      assertThat(given.why()).contains(FileTokens.HOSTS + "=storage.example");
    }
    String own = LoopbackServer.token("{\"aud\":\"https://storage.example\"}");
    try (KernelTokens tokens = tokens(own, "")) {
      FileTokens.ForProgram given = new FileTokens(tokens).ofProgram(element);
      assertThat(given.token()).isNotNull();
      assertThat(given.why()).isEmpty();
    }
  }

  @Test
  void theTokenOfOneElementIsNotShownToTheNext() throws Exception {
    server.token = "opaque";
    try (KernelTokens tokens = tokens("opaque", "127.0.0.1:" + server.uri().getPort());
        WebDavServer next = new WebDavServer(folder)) {
      RemoteFiles files = new RemoteFiles(new FileTokens(tokens), Map::of);
      assertThat(files.stat(RemoteAddress.of(server.at("/words.txt"))).size()).isEqualTo(5);
      assertThat(files.stat(RemoteAddress.of(next.at("/words.txt"))).size()).isEqualTo(5);
      assertThat(next.seen).containsExactly("PROPFIND /words.txt");
    }
  }

  private static String until(Instant end) {
    return LoopbackServer.token("{\"exp\":" + end.getEpochSecond() + "}");
  }

  /** XRootD says 403 of a token that it does not accept. */
  @Test
  void aTokenThatEndsDuringACommandIsRenewedWhereTheElementSaysForbidden() throws Exception {
    server.refusal = 403;
    server.ofAnother = 403;
    Instant now = Instant.now();
    String first = until(now.plusSeconds(600));
    String second = until(now.plusSeconds(7200));
    String third = until(now.plusSeconds(7201));
    Path file = Files.writeString(folder.resolve("token"), first);
    Map<String, String> environment = new HashMap<>();
    environment.put("BEARER_TOKEN_FILE", file.toString());
    environment.put(FileTokens.HOSTS, "127.0.0.1");
    AtomicReference<Instant> time = new AtomicReference<>(now);
    InstantSource moved = time::get;
    Clock clock = moved.withZone(ZoneOffset.UTC);
    try (KernelTokens tokens =
        new KernelTokens(environment, folder.resolve("none"), new Unattended(), clock)) {
      RemoteFiles files = new RemoteFiles(new FileTokens(tokens), Map::of);
      server.token = first;
      assertThat(files.stat(RemoteAddress.of(server.at("/words.txt"))).size()).isEqualTo(5);
      time.set(now.plusSeconds(601));
      server.token = second;
      Files.writeString(file, second);
      assertThat(files.stat(RemoteAddress.of(server.at("/words.txt"))).size()).isEqualTo(5);
      server.token = third;
      Files.writeString(file, third);
      assertThatThrownBy(() -> files.stat(RemoteAddress.of(server.at("/words.txt"))))
          .as("a token that lives and may not is refused for good")
          .hasMessageContaining("HTTP 403");
    }
  }
}
