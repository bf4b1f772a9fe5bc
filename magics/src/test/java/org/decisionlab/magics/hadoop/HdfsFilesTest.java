// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.hadoop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.decisionlab.magics.arguments.MagicLine;
import org.decisionlab.magics.files.CopyProgress;
import org.decisionlab.magics.files.RemoteFile;
import org.decisionlab.magics.login.KernelTokens;
import org.decisionlab.magics.login.Unattended;
import org.decisionlab.testbed.hdfs.HdfsData;
import org.decisionlab.testbed.hdfs.HdfsNames;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import tech.tablesaw.api.Table;

/** Against a real NameNode and a real DataNode. */
@TestInstance(Lifecycle.PER_CLASS)
class HdfsFilesTest {

  private static final CopyProgress SILENT =
      new CopyProgress() {
        @Override
        public void begins(long bytes) {}

        @Override
        public void reached(long bytes) {}
      };

  private final byte[] content = new byte[3_000_000];
  private Path folder;
  private HdfsNames names;
  private HdfsData data;
  private HdfsFiles files;
  private KernelTokens tokens;

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    folder = temporary;
    names = HdfsNames.start(folder.resolve("names"));
    data = HdfsData.start(names, folder.resolve("data"));
    tokens =
        new KernelTokens(Map.of(), folder.resolve("none"), new Unattended(), Clock.systemUTC());
    files =
        new HdfsFiles(
            new HadoopSettings(name -> names.configuration().toString())::impatient,
            new HdfsTokens(tokens));
    new Random(5).nextBytes(content);
    Configuration settings = new Configuration();
    settings.setInt("dfs.replication", 1);
    try (FileSystem there = FileSystem.newInstance(path("/").toUri(), settings)) {
      there.mkdirs(path("/store/mc"));
      write(there, "/store/a file.root", content);
      write(there, "/store/words.txt", "größer\n".getBytes(UTF_8));
    }
  }

  private void write(FileSystem there, String path, byte[] bytes) throws IOException {
    try (FSDataOutputStream out = there.create(path(path))) {
      out.write(bytes);
    }
  }

  @AfterAll
  void stop() {
    tokens.close();
    data.close();
    names.close();
  }

  private org.apache.hadoop.fs.Path path(String path) {
    return new org.apache.hadoop.fs.Path(names.address() + path);
  }

  @Test
  void foldersAreListed() throws Exception {
    List<RemoteFile> listed = files.list(names.address() + "/store");
    assertThat(listed)
        .extracting(RemoteFile::name)
        .containsExactly("a file.root", "mc", "words.txt");
    assertThat(listed).extracting(RemoteFile::size).containsExactly(3_000_000L, -1L, 9L);
    assertThat(files.list("/store")).as("of the default file system").isEqualTo(listed);
    assertThat(files.list("/store/mc")).isEmpty();
    assertThatThrownBy(() -> files.list("/none")).isInstanceOf(FileNotFoundException.class);
    assertThatThrownBy(
            () -> new HdfsFiles(Configuration::new, new HdfsTokens(tokens)).list("/store"))
        .hasMessageContaining("which file system?");
    assertThatThrownBy(() -> files.list("file:///etc")).hasMessageContaining("which file system?");
  }

  @Test
  void whatIsKnownIsTold() throws Exception {
    HdfsFiles.Details found = files.stat("/store/words.txt");
    assertThat(found.file().size()).isEqualTo(9);
    assertThat(found.replicas()).isEqualTo(1);
    assertThat(found.rights()).isEqualTo("rw-r--r--");
    assertThat(found.owner()).isEqualTo(System.getProperty("user.name"));
    assertThat(files.usage("/store")).isEqualTo(new HdfsFiles.Usage(2, 2, 3_000_009, 3_000_009));
  }

  @Test
  void partsAreReadAndFilesAreCopied() throws Exception {
    assertThat(files.read("/store/a file.root", 1_000_000, 5000))
        .isEqualTo(Arrays.copyOfRange(content, 1_000_000, 1_005_000));
    assertThat(files.read("/store/a file.root", 2_999_999, 5000)).hasSize(1);
    assertThat(files.read("/store/a file.root", 4_000_000, 5000)).isEmpty();
    Path here = Files.createDirectories(folder.resolve("here"));
    Path copied = files.copy("/store/a file.root", here, false, SILENT);
    assertThat(copied).isEqualTo(here.resolve("a file.root")).hasBinaryContent(content);
    assertThatThrownBy(() -> files.copy("/store/a file.root", here, false, SILENT))
        .hasMessageContaining("--force");
    assertThatThrownBy(() -> files.copy("/store/mc", here, false, SILENT))
        .hasMessageContaining("folder");
    assertThat(here.toFile().list()).containsExactly("a file.root");
  }

  @Test
  void aServerThatIsGoneIsAnErrorSoon() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    assertThatThrownBy(() -> files.list("hdfs://127.0.0.1:" + port + "/store"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(String.valueOf(port));
  }

  private Object magic(String... words) throws Exception {
    return MagicLine.run(new HdfsMagic(() -> files), List.of(words));
  }

  @Test
  void theMagicShowsThem() throws Exception {
    assertThat(((Table) magic("ls", "/store")).stringColumn("kind").asList())
        .containsExactly("file", "folder", "file");
    assertThat(magic("cat", "/store/words.txt", "--offset", "1")).isEqualTo("rößer\n");
    assertThatThrownBy(() -> magic("cat", "/store/a file.root"))
        .isInstanceOf(MagicUsageException.class)
        .hasMessageContaining("are no text");
    assertThat(String.valueOf(magic("stat", "/store/words.txt")))
        .contains("bytes     9", "rights    rw-r--r--", "replicas  1");
    assertThat(String.valueOf(magic("du", "/store"))).contains("files     2", "3,000,009 bytes");
    assertThatThrownBy(() -> magic("ls", "file:///etc"))
        .isInstanceOf(MagicUsageException.class)
        .hasMessageContaining("HADOOP_CONF_DIR");
    assertThatThrownBy(() -> magic("rm", "/store")).isInstanceOf(MagicUsageException.class);
  }
}
