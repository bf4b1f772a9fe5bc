// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.hadoop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.decisionlab.kernel.completion.Candidate;
import org.decisionlab.kernel.completion.Candidates;
import org.decisionlab.kernel.testing.KernelClient;
import org.decisionlab.kernel.testing.KernelProcess;
import org.decisionlab.magics.login.KernelTokens;
import org.decisionlab.magics.login.Unattended;
import org.decisionlab.testbed.hdfs.HdfsNames;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Against a real NameNode. */
@TestInstance(Lifecycle.PER_CLASS)
class HadoopPathsTest {

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private HdfsNames names;
  private HadoopPaths paths;
  private KernelTokens tokens;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    names = HdfsNames.start(folder);
    tokens =
        new KernelTokens(Map.of(), folder.resolve("none"), new Unattended(), Clock.systemUTC());
    paths =
        new HadoopPaths(new HadoopSettings(this::environment)::impatient, new HdfsTokens(tokens));
    try (FileSystem files = FileSystem.newInstance(path("/").toUri(), new Configuration())) {
      files.mkdirs(path("/store/mc/RunIISummer16"));
      files.mkdirs(path("/store/data"));
      files.createNewFile(path("/store/mc/a file.root"));
      files.createNewFile(path("/store/mc/Run.root"));
    }
  }

  @AfterAll
  void stop() {
    paths.close();
    tokens.close();
    names.close();
  }

  @Test
  void directoriesEndWithASlashAndFilesDoNot() throws Exception {
    assertThat(completed(names.address() + "/store/mc/"))
        .containsExactlyInAnyOrder(
            names.address() + "/store/mc/RunIISummer16/",
            names.address() + "/store/mc/a file.root",
            names.address() + "/store/mc/Run.root");
    assertThat(completed(names.address() + "/store/mc/RunI"))
        .containsExactly(names.address() + "/store/mc/RunIISummer16/");
    assertThat(completed(names.address() + "/nothing/like/th")).isEmpty();
  }

  @Test
  void theDefaultFileSystemIsThatOfTheSiteFiles() throws Exception {
    assertThat(completed("hdfs:")).containsExactly(names.address() + "/");
    assertThat(completed("hdfs:///store/da")).containsExactly("hdfs:///store/data/");
    assertThat(completed("hdfs:/store/da")).containsExactly("hdfs:/store/data/");
    assertThat(completed("webhdfs:")).isEmpty();
  }

  @Test
  void aServerThatIsGoneIsAnErrorSoon() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    assertThatThrownBy(() -> completed("hdfs://127.0.0.1:" + port + "/st"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(String.valueOf(port));
  }

  @Test
  void theyCompleteInAStringOfACell(@TempDir Path folder) throws Exception {
    List<String> argv =
        List.of(
            "env",
            "HADOOP_CONF_DIR=" + names.configuration(),
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-cp",
            System.getProperty("java.class.path"),
            "org.decisionlab.kernel.KernelMain",
            "{connection_file}");
    String code = "String input = \"hdfs:///store/mc/RunI";
    JsonObject request = new JsonObject();
    request.addProperty("code", code);
    request.addProperty("cursor_pos", code.length());
    try (KernelProcess process = KernelProcess.start(folder, argv);
        KernelClient client = KernelClient.ready(process)) {
      long end = System.nanoTime() + PATIENCE.toNanos();
      JsonObject reply = client.request("shell", "complete_request", request);
      while (reply.getAsJsonArray("matches").isEmpty() && System.nanoTime() < end) {
        reply = client.request("shell", "complete_request", request);
      }
      assertThat(reply.getAsJsonArray("matches").toString())
          .isEqualTo("[\"hdfs:///store/mc/RunIISummer16/\"]");
      assertThat(reply.get("cursor_start").getAsInt()).isEqualTo(code.indexOf("hdfs:"));
    }
  }

  /** As a user does who presses the key again. */
  private List<String> completed(String typed) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    Candidates found = paths.complete(typed, "", typed.length());
    while (found.start() == typed.length() && System.nanoTime() < end) {
      found = paths.complete(typed, "", typed.length());
    }
    assertThat(found.start()).as("the listing of %s ended", typed).isZero();
    assertThat(found.end()).isEqualTo(typed.length());
    return found.candidates().stream().map(Candidate::text).toList();
  }

  private String environment(String name) {
    assertThat(name).isEqualTo("HADOOP_CONF_DIR");
    assertThat(names.configuration()).satisfies(Files::isDirectory);
    return names.configuration().toString();
  }

  private org.apache.hadoop.fs.Path path(String path) {
    return new org.apache.hadoop.fs.Path(names.address() + path);
  }
}
