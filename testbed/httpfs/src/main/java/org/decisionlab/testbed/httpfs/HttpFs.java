// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.testbed.httpfs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.decisionlab.testbed.hdfs.HdfsNames;
import org.decisionlab.testbed.process.ClassPathFile;
import org.decisionlab.testbed.process.ComponentProcess;
import org.decisionlab.testbed.process.ComponentProcess.Program;

/**
 * HttpFS on loopback: HDFS over HTTP.
 *
 * @see <a href="https://hadoop.apache.org/docs/r3.4.2/hadoop-hdfs-httpfs/index.html">HttpFS</a>
 */
public final class HttpFs implements AutoCloseable {

  /** With what it would sign cookies. */
  public static final String SIGNATURE_SECRET = "of this test";

  private static final Duration START = Duration.ofMinutes(2);
  private static final Pattern UP =
      Pattern.compile("Started ServerConnector@.*\\{127\\.0\\.0\\.1:(\\d+)}");
  private static final String PROGRAM = "org.apache.hadoop.fs.http.server.HttpFSServerWebServer";
  private static final String LOGGING =
      """
      log4j.rootLogger=INFO,console
      log4j.appender.console=org.apache.log4j.ConsoleAppender
      log4j.appender.console.target=System.out
      log4j.appender.console.layout=org.apache.log4j.PatternLayout
      log4j.appender.console.layout.ConversionPattern=%d %p %c - %m%n
      """;

  private final ComponentProcess process;
  private final String address;
  private final Path log;

  private HttpFs(ComponentProcess process, String address, Path log) {
    this.process = process;
    this.address = address;
    this.log = log;
  }

  /**
   * Starts it.
   *
   * @param names the name space that it serves
   * @param folder gets its configuration and its log
   * @param settings what is in its {@code httpfs-site.xml} beside its address
   * @param jars added to its class path, behind its own
   * @throws IOException when it does not come up in time; the message names its log
   */
  public static HttpFs start(
      HdfsNames names, Path folder, Map<String, String> settings, List<Path> jars)
      throws IOException, InterruptedException {
    Path own = Files.createDirectories(folder).toAbsolutePath();
    Files.createDirectories(own.resolve("temp"));
    Files.writeString(own.resolve("httpfs-signature.secret"), SIGNATURE_SECRET, UTF_8);
    Files.writeString(own.resolve("log4j.properties"), LOGGING, UTF_8);
    Files.writeString(own.resolve("httpfs-log4j.properties"), LOGGING, UTF_8);
    HdfsNames.write(own.resolve("core-site.xml"), Map.of("fs.defaultFS", names.address()));
    Map<String, String> site = new HashMap<>(settings);
    site.put("httpfs.http.hostname", "127.0.0.1");
    site.put("httpfs.http.port", "0");
    site.put("hadoop.http.temp.dir", own.resolve("temp").toString());
    HdfsNames.write(own.resolve("httpfs-site.xml"), site);
    Program program = program(own, jars);
    ComponentProcess process = ComponentProcess.start(program, UP);
    boolean up = false;
    try {
      String port = process.announced(UP, START);
      up = true;
      return new HttpFs(process, "http://127.0.0.1:" + port, program.log());
    } finally {
      if (!up) {
        process.close();
      }
    }
  }

  private static Program program(Path own, List<Path> jars) throws IOException {
    String classPath =
        Stream.of(Stream.of(own), ClassPathFile.read(HttpFs.class).stream(), jars.stream())
            .flatMap(each -> each)
            .map(jar -> jar.toAbsolutePath().toString())
            .collect(Collectors.joining(File.pathSeparator));
    List<String> jvm =
        List.of(
            "-Xmx192m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "-Dhttpfs.home.dir=" + own,
            "-Dhttpfs.config.dir=" + own,
            "-Dhttpfs.log.dir=" + own,
            "-Dhttpfs.temp.dir=" + own.resolve("temp"));
    return new Program("httpfs", jvm, classPath, List.of(PROGRAM), Map.of(), own);
  }

  /** {@code http://127.0.0.1:PORT}, without a slash at its end. */
  public String address() {
    return address;
  }

  /** The file with all that it prints. */
  public Path log() {
    return log;
  }

  /** Ends it. */
  @Override
  public void close() {
    process.close();
  }
}
