// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.hadoop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.security.AccessControlException;
import org.decisionlab.kernel.completion.Candidate;
import org.decisionlab.magics.files.CopyProgress;
import org.decisionlab.magics.files.RemoteFile;
import org.decisionlab.magics.login.KernelTokens;
import org.decisionlab.magics.login.LoopbackServer;
import org.decisionlab.magics.login.LoopbackServer.Reply;
import org.decisionlab.magics.login.Unattended;
import org.decisionlab.testbed.hdfs.HdfsData;
import org.decisionlab.testbed.hdfs.HdfsNames;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The WebHDFS of a real NameNode and DataNode, behind a gateway that wants a token. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(300)
class HdfsTokensTest {

  private static final CopyProgress SILENT =
      new CopyProgress() {
        @Override
        public void begins(long bytes) {}

        @Override
        public void reached(long bytes) {}
      };

  private final byte[] content = new byte[3_000_000];
  private final AtomicInteger given = new AtomicInteger();
  private final Map<String, String> environment = new HashMap<>();
  private Path folder;
  private HdfsNames names;
  private HdfsData data;
  private WebHdfsGate gate;
  private LoopbackServer broker;
  private KernelTokens tokens;

  @BeforeAll
  void startHdfs(@TempDir Path temporary) throws Exception {
    folder = temporary;
    names = HdfsNames.start(folder.resolve("names"));
    data = HdfsData.start(names, folder.resolve("data"));
    new Random(7).nextBytes(content);
    Configuration settings = new Configuration();
    settings.setInt("dfs.replication", 1);
    try (FileSystem there = FileSystem.newInstance(URI.create(names.address()), settings)) {
      try (FSDataOutputStream out =
          there.create(new org.apache.hadoop.fs.Path("/store/a file.root"))) {
        out.write(content);
      }
      there.mkdirs(new org.apache.hadoop.fs.Path("/closed"), new FsPermission("700"));
    }
  }

  @AfterAll
  void stopHdfs() {
    data.close();
    names.close();
  }

  @BeforeEach
  void startGate() throws Exception {
    gate = new WebHdfsGate(names.web());
    given.set(0);
    broker =
        new LoopbackServer(
            seen ->
                Reply.of(
                    200,
                    "{\"access_token\":\"secret"
                        + given.incrementAndGet()
                        + "\",\"expires_at\":\"2099-01-01T00:00:00Z\"}"));
    environment.clear();
    environment.put("DECISIONLAB_TOKEN_BROKER", broker.uri().toString());
    environment.put("JUPYTERHUB_API_TOKEN", "of the server");
    environment.put(HdfsTokens.HOSTS, "other.example, 127.0.0.1:" + gate.port() + "=urn:hdfs");
    environment.put(HdfsTokens.SCOPES, "storage.read:/store  wlcg");
    tokens =
        new KernelTokens(environment, folder.resolve("none"), new Unattended(), Clock.systemUTC());
  }

  @AfterEach
  void stopGate() {
    tokens.close();
    broker.close();
    gate.close();
  }

  private HdfsFiles files() {
    return new HdfsFiles(this::settings, new HdfsTokens(tokens));
  }

  private Configuration settings() {
    return new HadoopSettings(name -> null).impatient();
  }

  private String at(String path) {
    return "webhdfs://127.0.0.1:" + gate.port() + path;
  }

  @Test
  void aListedServerIsShownTheTokenThatIsForIt() throws Exception {
    gate.accepted = "secret1";
    assertThat(files().list(at("/store")))
        .extracting(RemoteFile::name)
        .containsExactly("a file.root");
    assertThat(files().stat(at("/store/a file.root")).file().size()).isEqualTo(content.length);
    assertThat(files().usage(at("/store")).files()).isEqualTo(1);
    assertThat(files().read(at("/store/a file.root"), 2_000_000, 700_000))
        .isEqualTo(Arrays.copyOfRange(content, 2_000_000, 2_700_000));
    Path here = Files.createDirectories(folder.resolve("here"));
    assertThat(files().copy(at("/store/a file.root"), here, true, SILENT))
        .hasBinaryContent(content);
    assertThat(gate.counted()).containsOnlyKeys("Bearer secret1");
    assertThat(broker.seen).hasSize(1);
    assertThat(broker.seen.get(0).body()).contains("\"urn:hdfs\"", "\"storage.read:/store wlcg\"");
  }

  @Test
  void aTokenThatIsRefusedIsReplacedOnce() throws Exception {
    gate.accepted = "secret2";
    Path here = Files.createDirectories(folder.resolve("again"));
    assertThat(files().copy(at("/store/a file.root"), here, false, SILENT))
        .hasBinaryContent(content);
    assertThat(gate.shown.get(0)).isEqualTo("Bearer secret1");
    assertThat(gate.shown.subList(1, gate.shown.size())).containsOnly("Bearer secret2");
    assertThat(broker.seen).hasSize(2);
  }

  @Test
  void aTokenThatIsRefusedTwiceIsToldAndNotShown() {
    gate.accepted = "for another service";
    assertThatThrownBy(() -> files().list(at("/store")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("127.0.0.1:" + gate.port() + " answered 401")
        .hasMessageContaining("%login --audience urn:hdfs")
        .hasMessageNotContaining("secret");
    assertThat(gate.shown).containsExactly("Bearer secret1", "Bearer secret2");
    assertThat(broker.seen).hasSize(2);
  }

  @Test
  void whereThereIsNoTokenTheServerIsNotAskedAndTheReasonIsTold() throws Exception {
    try (LoopbackServer refusing =
        new LoopbackServer(
            seen ->
                Reply.of(
                    403,
                    "{\"error\":\"access_denied\",\"error_description\":\"sign the terms\"}"))) {
      environment.put("DECISIONLAB_TOKEN_BROKER", refusing.uri().toString());
      assertThatThrownBy(() -> files().list(at("/store")))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("no token for urn:hdfs with storage.read:/store wlcg")
          .hasMessageContaining("sign the terms");
      assertThat(refusing.seen).hasSize(1);
    }
    assertThat(gate.shown).isEmpty();
  }

  @Test
  void whatTheFileSystemForbidsNoOtherTokenPermits() {
    gate.accepted = "secret1";
    assertThatThrownBy(() -> files().list(at("/closed")))
        .isInstanceOf(AccessControlException.class)
        .hasMessageContaining("user=ada");
    assertThat(gate.shown).containsExactly("Bearer secret1");
    assertThat(broker.seen).hasSize(1);
  }

  @Test
  void aServerThatIsNotListedIsShownNone() {
    gate.accepted = "secret1";
    for (String hosts : List.of("", "other.example", "127.0.0.1:1", "*.0.0.1:1", "27.0.0.1")) {
      environment.put(HdfsTokens.HOSTS, hosts);
      assertThatThrownBy(() -> files().list(at("/store")))
          .as(hosts)
          .hasMessageContaining("answered 401")
          .hasMessageContaining(HdfsTokens.HOSTS)
          .hasMessageContaining("to no other");
    }
    assertThat(gate.shown).hasSize(5).containsOnly("");
    assertThat(broker.seen).isEmpty();
  }

  @Test
  void aServerToWhichReadersAreSentOnIsShownNone() throws Exception {
    gate.accepted = "secret1";
    try (WebHdfsGate storage = new WebHdfsGate("")) {
      gate.storage = storage;
      for (int offset : List.of(0, 100, 2_500_000)) {
        assertThat(files().read(at("/store/a file.root"), offset, 5000))
            .isEqualTo(Arrays.copyOfRange(content, offset, offset + 5000));
      }
      assertThat(storage.shown)
          .isNotEmpty()
          .allSatisfy(each -> assertThat(each.strip()).isIn("", "Bearer"));
      assertThat(gate.counted()).containsKey("Bearer secret1");
    }
  }

  @Test
  void aNameThatSettingsLeadElsewhereIsShownNone() throws Exception {
    Configuration settings = settings();
    settings.set("dfs.nameservices", "other,127.0.0.1");
    HdfsTokens of = new HdfsTokens(tokens);
    URI address = URI.create(at("/store"));
    AccessControlException refusal = new AccessControlException("Unauthorized");
    assertThatThrownBy(() -> of.of(address, settings, true).renew(address, refusal))
        .hasMessageContaining("the name of other servers");
    assertThat(of.of(address, settings(), true).isRefused(refusal)).isTrue();
  }

  @Test
  void aTokenDoesNotTravelInClearBeyondThisMachine() {
    environment.put(HdfsTokens.HOSTS, "*.example:9871, names.example");
    HdfsTokens of = new HdfsTokens(tokens);
    AccessControlException refusal = new AccessControlException("Unauthorized");
    URI plain = URI.create("webhdfs://names.example/store");
    assertThatThrownBy(() -> of.of(plain, settings(), true).renew(plain, refusal))
        .hasMessageContaining("swebhdfs://");
    assertThat(broker.seen).isEmpty();
  }

  @Test
  void theAudienceIsThatOfTheEntryThenOfTheEnvironmentThenTheServerItself() throws Exception {
    environment.put(
        HdfsTokens.HOSTS, "a.example:14000=https://a.example, *.b.example, 127.0.0.1=urn:x");
    HdfsTokens of = new HdfsTokens(tokens);
    ask(of, "swebhdfs://A.example:14000/");
    ask(of, "swebhdfs://names.b.example/");
    environment.put(HdfsTokens.AUDIENCE, "urn:all");
    ask(of, "swebhdfs://names.b.example:14000/");
    assertThat(broker.seen)
        .extracting(LoopbackServer.Seen::body)
        .satisfiesExactly(
            first -> assertThat(first).contains("\"https://a.example\""),
            second -> assertThat(second).contains("\"https://names.b.example:9871\""),
            third -> assertThat(third).contains("\"urn:all\""));
  }

  private void ask(HdfsTokens of, String address) throws IOException {
    ShownToken token = of.of(URI.create(address), settings(), true);
    assertThat(token.secret()).as("for a server to which %s has sent on", address).isEmpty();
    token.toNamedServer(true);
    assertThat(token.secret()).startsWith("secret");
  }

  @Test
  void aListThatIsNoneIsRefused() {
    for (String hosts : List.of("https://a.example", "a.example:x", "a.example/store", "=urn:x")) {
      environment.put(HdfsTokens.HOSTS, hosts);
      assertThatThrownBy(() -> files().list(at("/store")))
          .as(hosts)
          .hasMessageContaining("'" + hosts + "'")
          .hasMessageContaining("HOST:PORT");
    }
    assertThat(gate.shown).isEmpty();
  }

  @Test
  void settingsHoldNoToken() throws Exception {
    gate.accepted = "secret1";
    HdfsTokens of = new HdfsTokens(tokens);
    URI address = URI.create(at("/store"));
    try (FileSystem opened = of.of(address, settings(), true).open(address, settings())) {
      assertThat(opened.listStatus(new org.apache.hadoop.fs.Path("/store"))).hasSize(1);
      StringWriter xml = new StringWriter();
      opened.getConf().writeXml(xml);
      StringWriter json = new StringWriter();
      Configuration.dumpConfiguration(opened.getConf(), json);
      assertThat(xml.toString() + json + opened + opened.getConf())
          .contains("dfs.webhdfs.oauth2.enabled")
          .doesNotContain("secret1");
    }
  }

  @Test
  void pathsComplete() throws Exception {
    gate.accepted = "secret1";
    try (HadoopPaths paths = new HadoopPaths(this::settings, new HdfsTokens(tokens))) {
      String typed = at("/store/a");
      List<Candidate> found = List.of();
      long end = System.nanoTime() + 60_000_000_000L;
      while (found.isEmpty() && System.nanoTime() < end) {
        found = paths.complete(typed, "", typed.length()).candidates();
      }
      assertThat(found).extracting(Candidate::text).containsExactly(at("/store/a file.root"));
    }
  }
}
