// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A real JupyterHub without a proxy, for its REST API. */
final class RealHub implements AutoCloseable {

  static final String BROKER = "0123456789abcdef0123456789abcdef-broker";
  static final String TESTER = "0123456789abcdef0123456789abcdef-tester";

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String CONFIG =
      """
      from jupyterhub.proxy import Proxy

      class NoProxy(Proxy):
          should_start = False
          async def start(self):
              pass
          async def stop(self):
              pass
          async def get_all_routes(self):
              return {}
          async def add_route(self, routespec, target, data):
              pass
          async def delete_route(self, routespec):
              pass

      c.JupyterHub.proxy_class = NoProxy
      c.JupyterHub.authenticator_class = "dummy"
      c.Authenticator.enable_auth_state = True
      c.Authenticator.allow_all = True
      c.JupyterHub.hub_ip = "127.0.0.1"
      c.JupyterHub.hub_port = %d
      c.JupyterHub.db_url = "sqlite:///hub.sqlite"
      c.JupyterHub.cookie_secret_file = "cookie_secret"
      c.JupyterHub.services = [
          {"name": "token-broker", "api_token": "%s"},
          {"name": "tester", "api_token": "%s", "admin": True},
      ]
      c.JupyterHub.load_roles = [
          {"name": "user", "scopes": ["self", "access:services!service=token-broker"]},
          {"name": "token-broker", "services": ["token-broker"],
           "scopes": ["read:users", "admin:auth_state", "admin:users"]},
      ]
      """;

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Process process;
  private final Path log;
  private final int port;

  RealHub(Path program, Path folder) throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Files.writeString(
        folder.resolve("jupyterhub_config.py"), CONFIG.formatted(port, BROKER, TESTER));
    log = folder.resolve("hub.log");
    ProcessBuilder builder =
        new ProcessBuilder(program.toString(), "-f", "jupyterhub_config.py", "--log-level=DEBUG");
    builder.directory(folder.toFile());
    builder.environment().put("JUPYTERHUB_CRYPT_KEY", "0123456789abcdef".repeat(4));
    builder.environment().put("PATH", program.getParent() + ":" + System.getenv("PATH"));
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    process = builder.start();
    awaitUp();
  }

  URI api() {
    return URI.create("http://127.0.0.1:" + port + "/hub/api");
  }

  String log() throws IOException {
    return Files.readString(log);
  }

  /** Asks as the tester, who may do everything. */
  JsonNode ask(String method, String path, String body) throws IOException, InterruptedException {
    HttpResponse<String> answer = send(TESTER, method, path, body);
    if (answer.statusCode() / 100 != 2) {
      throw new IllegalStateException(
          method + " " + path + ": " + answer.statusCode() + " " + answer.body());
    }
    return answer.body().isEmpty() ? JSON.createObjectNode() : JSON.readTree(answer.body());
  }

  /** Asks with a token. */
  HttpResponse<String> send(String token, String method, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(api() + "/" + path))
            .timeout(Duration.ofSeconds(60))
            .header("Authorization", "token " + token)
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body))
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private void awaitUp() throws IOException {
    Instant end = Instant.now().plusSeconds(180);
    while (true) {
      try {
        if (send(TESTER, "GET", "user", "").statusCode() == 200) {
          return;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      } catch (IOException e) {
        if (Instant.now().isAfter(end) || !process.isAlive()) {
          close();
          String said = log();
          throw new IOException(
              "the hub does not come up: " + said.substring(Math.max(0, said.length() - 1000)), e);
        }
      }
      LockSupport.parkNanos(200_000_000);
    }
  }
}
