// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerProgramTest {

  @TempDir Path folder;

  @Test
  void aProgramThatLogsEverythingLogsNoTokens() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    String hubToken = "abcdefghijklmnopqrstuvwxyz0123456789";
    Map<String, String> environment =
        Map.of(
            "JUPYTERHUB_API_URL", "http://127.0.0.1:1/hub/api",
            "JUPYTERHUB_API_TOKEN", "own0123456789own0123456789",
            "JUPYTERHUB_SERVICE_URL", "http://127.0.0.1:" + port,
            "DECISIONLAB_ISSUER", "http://127.0.0.1:2",
            "DECISIONLAB_HUB_CLIENT_ID", "hub",
            "DECISIONLAB_LOG_LEVEL", "ALL");
    Path log = folder.resolve("log");
    Process program = start(environment, log);
    try {
      await(program, log, "token broker at ");
      HttpRequest request =
          HttpRequest.newBuilder(
                  URI.create("http://127.0.0.1:" + port + "/services/token-broker/token"))
              .header("Authorization", "Bearer " + hubToken)
              .POST(HttpRequest.BodyPublishers.ofString("{}"))
              .build();
      HttpResponse<String> answer =
          HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
      await(program, log, "WARNING org.decisionlab.identity.broker.TokenDoor: not answered");
    } finally {
      program.destroy();
      assertThat(program.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(Files.readString(log))
        .contains("FINE")
        .doesNotContain(hubToken)
        .doesNotContain("own0123456789own0123456789");
  }

  @Test
  void whatIsMissingIsSaidInOneLine() throws Exception {
    Path log = folder.resolve("log");
    Process program = start(Map.of(), log);
    assertThat(program.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(program.exitValue()).isEqualTo(2);
    assertThat(Files.readString(log))
        .contains("token-broker: the environment has no JUPYTERHUB_API_URL")
        .doesNotContain("Exception");
  }

  private static Process start(Map<String, String> environment, Path log) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            ProcessHandle.current().info().command().orElse("java"),
            "-cp",
            System.getProperty("java.class.path"),
            BrokerProgram.class.getName());
    builder.environment().keySet().removeIf(name -> name.startsWith("JUPYTERHUB_"));
    builder.environment().putAll(environment);
    return builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
  }

  private static void await(Process program, Path log, String text) throws Exception {
    Instant end = Instant.now().plusSeconds(60);
    while (!Files.readString(log).contains(text)) {
      assertThat(program.isAlive() && Instant.now().isBefore(end))
          .as(Files.readString(log))
          .isTrue();
      LockSupport.parkNanos(50_000_000);
    }
  }
}
