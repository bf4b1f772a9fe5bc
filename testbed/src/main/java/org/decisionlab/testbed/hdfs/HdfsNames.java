// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.testbed.hdfs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.decisionlab.testbed.process.ClassPathFile;
import org.decisionlab.testbed.process.ComponentProcess;
import org.decisionlab.testbed.process.ComponentProcess.Program;

/**
 * The name space of HDFS: a NameNode without DataNodes, on loopback only. Directories and empty
 * files can be made, listed and deleted; nothing can be written into a file. The user of this
 * process may act for others, as the account of HttpFS does.
 *
 * @see <a
 *     href="https://hadoop.apache.org/docs/r3.4.2/hadoop-project-dist/hadoop-hdfs/HdfsDesign.html">HDFS
 *     Architecture</a>
 */
public final class HdfsNames implements AutoCloseable {

  private static final Duration START = Duration.ofMinutes(2);
  private static final Pattern UP =
      Pattern.compile("NameNode RPC up at: \\S*127\\.0\\.0\\.1:(\\d+)");
  private static final Pattern WEB_UP = Pattern.compile("Jetty bound to port (\\d+)");
  private static final String NAME_NODE = "org.apache.hadoop.hdfs.server.namenode.NameNode";

  private final Path folder;
  private final ComponentProcess process;
  private final String address;
  private final String web;

  private HdfsNames(Path folder, ComponentProcess process)
      throws IOException, InterruptedException {
    this.folder = folder;
    this.process = process;
    this.address = "hdfs://127.0.0.1:" + process.announced(UP, START);
    this.web = "http://127.0.0.1:" + process.announced(WEB_UP, START);
  }

  /**
   * Makes an empty name space and starts its NameNode.
   *
   * @param folder gets the configuration, the name space and the logs
   * @throws IOException when it does not come up in time; the message names its log
   */
  public static HdfsNames start(Path folder) throws IOException, InterruptedException {
    Path own = Files.createDirectories(folder).toAbsolutePath();
    configure(own, "hdfs://127.0.0.1:0");
    Program format = program("format", own, List.of(NAME_NODE, "-format", "-nonInteractive"));
    try (ComponentProcess formatting = ComponentProcess.start(format)) {
      int code = formatting.ended(START);
      if (code != 0) {
        throw new IOException("the format ended with exit code " + code + "; see " + format.log());
      }
    }
    ComponentProcess process =
        ComponentProcess.start(program("namenode", own, List.of(NAME_NODE)), UP, WEB_UP);
    boolean up = false;
    try {
      HdfsNames names = new HdfsNames(own, process);
      configure(own, names.address());
      up = true;
      return names;
    } finally {
      if (!up) {
        process.close();
      }
    }
  }

  /** {@code hdfs://127.0.0.1:PORT}, without a slash at its end. */
  public String address() {
    return address;
  }

  /** {@code http://127.0.0.1:PORT}, where it speaks WebHDFS; without a slash at its end. */
  public String web() {
    return web;
  }

  /** What {@code HADOOP_CONF_DIR} may name for a client of it. */
  public Path configuration() {
    return folder;
  }

  /** Ends the NameNode. */
  @Override
  public void close() {
    process.close();
  }

  static Program program(String name, Path folder, List<String> words) throws IOException {
    String jars =
        Stream.concat(Stream.of(folder), ClassPathFile.read(HdfsNames.class).stream())
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator));
    List<String> jvm =
        List.of(
            "-Xmx128m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Dorg.apache.logging.log4j.level=INFO");
    return new Program(name, jvm, jars, words, Map.of(), folder);
  }

  private static void configure(Path folder, String address) throws IOException {
    String user = System.getProperty("user.name");
    write(
        folder.resolve("core-site.xml"),
        Map.of(
            "fs.defaultFS",
            address,
            "hadoop.proxyuser." + user + ".hosts",
            "127.0.0.1",
            "hadoop.proxyuser." + user + ".groups",
            "*"));
    write(
        folder.resolve("hdfs-site.xml"),
        Map.of(
            "dfs.namenode.name.dir",
            folder.resolve("names").toUri().toString(),
            "dfs.namenode.http-address",
            "127.0.0.1:0"));
  }

  /** Writes a file of Hadoop's settings, such as {@code core-site.xml}. */
  public static void write(Path file, Map<String, String> settings) throws IOException {
    String properties =
        settings.entrySet().stream()
            .map(
                each ->
                    "  <property><name>"
                        + each.getKey()
                        + "</name><value>"
                        + each.getValue()
                        + "</value></property>\n")
            .collect(Collectors.joining());
    Files.writeString(file, "<configuration>\n" + properties + "</configuration>\n", UTF_8);
  }
}
