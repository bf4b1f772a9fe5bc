// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.hadoop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.hadoop.security.AccessControlException;
import org.decisionlab.identity.hadoop.HttpFsWithTokens;
import org.decisionlab.magics.files.CopyProgress;
import org.decisionlab.magics.files.RemoteFile;
import org.decisionlab.magics.login.KernelTokens;
import org.decisionlab.magics.login.LoopbackServer;
import org.decisionlab.magics.login.LoopbackServer.Reply;
import org.decisionlab.magics.login.Unattended;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code %hdfs} does, against a real HttpFS that checks signed tokens. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(300)
class HdfsThroughHttpFsIT {

  private static final CopyProgress SILENT =
      new CopyProgress() {
        @Override
        public void begins(long bytes) {}

        @Override
        public void reached(long bytes) {}
      };

  private final byte[] content = new byte[2_000_000];
  private final Queue<String> next = new ConcurrentLinkedQueue<>();
  private Path folder;
  private HttpFsWithTokens there;
  private LoopbackServer broker;
  private KernelTokens tokens;
  private HdfsFiles files;

  @BeforeAll
  void startHttpFs(@TempDir Path temporary) throws Exception {
    folder = temporary;
    there = HttpFsWithTokens.start(folder, Path.of(System.getProperty("decisionlab.server.jar")));
    there.makeHome("ada");
    new Random(11).nextBytes(content);
    String address = "/webhdfs/v1/home/ada/events.root?op=CREATE&data=true";
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(there.address() + address))
            .header("Authorization", "Bearer " + token("storage.modify:/home/ada", 600))
            .header("Content-Type", "application/octet-stream")
            .PUT(BodyPublishers.ofByteArray(content))
            .build();
    assertThat(HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).statusCode())
        .isEqualTo(201);
  }

  @AfterAll
  void stopHttpFs() {
    there.close();
  }

  @BeforeEach
  void startBroker() throws Exception {
    next.clear();
    broker =
        new LoopbackServer(
            seen ->
                Reply.of(
                    200,
                    "{\"access_token\":\""
                        + next.remove()
                        + "\",\"expires_at\":\"2099-01-01T00:00:00Z\"}"));
    Map<String, String> environment =
        Map.of(
            "DECISIONLAB_TOKEN_BROKER",
            broker.uri().toString(),
            "JUPYTERHUB_API_TOKEN",
            "of the server",
            HdfsTokens.HOSTS,
            "127.0.0.1=" + HttpFsWithTokens.AUDIENCE);
    tokens =
        new KernelTokens(environment, folder.resolve("none"), new Unattended(), Clock.systemUTC());
    files = new HdfsFiles(new HadoopSettings(name -> null)::impatient, new HdfsTokens(tokens));
  }

  @AfterEach
  void stopBroker() {
    tokens.close();
    broker.close();
  }

  private String token(String scope, int seconds) throws Exception {
    return there.token("ada", HttpFsWithTokens.AUDIENCE, scope, Instant.now().plusSeconds(seconds));
  }

  private String at(String path) {
    return there.address().replaceFirst("^http", "webhdfs") + path;
  }

  @Test
  void filesAreListedReadAndCopied() throws Exception {
    next.add(token("storage.read:/home/ada", 600));
    assertThat(files.list(at("/home/ada")))
        .extracting(RemoteFile::name)
        .containsExactly("events.root");
    assertThat(files.stat(at("/home/ada/events.root")).owner()).isEqualTo("ada");
    assertThat(files.usage(at("/home/ada")).bytes()).isEqualTo(content.length);
    assertThat(files.read(at("/home/ada/events.root"), 1_500_000, 5000))
        .isEqualTo(Arrays.copyOfRange(content, 1_500_000, 1_505_000));
    Path here = Files.createDirectories(folder.resolve("here"));
    assertThat(files.copy(at("/home/ada/events.root"), here, true, SILENT))
        .hasBinaryContent(content);
    assertThat(broker.seen).hasSize(1);
  }

  @Test
  void anExpiredTokenIsReplacedOnce() throws Exception {
    next.add(token("storage.read:/home/ada", -5));
    next.add(token("storage.read:/home/ada", 600));
    assertThat(files.list(at("/home/ada"))).hasSize(1);
    assertThat(broker.seen).hasSize(2);
  }

  @Test
  void aTokenForAnotherServiceIsRefusedTwiceAndTold() throws Exception {
    Instant later = Instant.now().plusSeconds(600);
    next.add(there.token("ada", HttpFsWithTokens.AUDIENCE + "0", "storage.read:/", later));
    next.add(there.token("ada", HttpFsWithTokens.AUDIENCE + "1", "storage.read:/", later));
    assertThatThrownBy(() -> files.list(at("/home/ada")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(HttpFsWithTokens.AUDIENCE);
  }

  @Test
  void aPathThatNoScopeCoversIsForbiddenAndTheTokenIsKept() throws Exception {
    next.add(token("storage.read:/home/ada", 600));
    assertThatThrownBy(() -> files.list(at("/home")))
        .isInstanceOf(AccessControlException.class)
        .hasMessageContaining("LISTSTATUS")
        .hasMessageContaining("not granted by the token's scopes");
    assertThat(files.list(at("/home/ada"))).hasSize(1);
    assertThat(broker.seen).hasSize(1);
  }
}
