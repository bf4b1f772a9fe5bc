// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.testbed.spark;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.decisionlab.testbed.process.ClassPathFile;

/**
 * A folder from which Spark starts executors as from an installation of Spark: {@code jars/} holds
 * links to the jars of Spark and of what it depends on, and nothing else.
 *
 * @param folder what {@code SPARK_HOME} names
 * @param jvmFlags flags that Spark's JVMs need
 * @param scalaVersion binary version of Scala
 */
public record SparkHome(Path folder, List<String> jvmFlags, String scalaVersion) {

  /**
   * Makes the folder; links that are there already are kept when they lead to the same jars.
   *
   * @throws IOException when it holds other jars, or a jar is gone
   */
  public static SparkHome create(Path folder) throws IOException {
    Path jars = Files.createDirectories(folder.toAbsolutePath().resolve("jars"));
    Set<String> names = new HashSet<>();
    for (Path jar : ClassPathFile.read(SparkHome.class)) {
      link(jars.resolve(jar.getFileName()), jar);
      names.add(jar.getFileName().toString());
    }
    requireOnly(names, jars);
    Properties properties = new Properties();
    try (InputStream in = SparkHome.class.getResourceAsStream("spark.properties")) {
      properties.load(in);
    }
    return new SparkHome(
        folder.toAbsolutePath(),
        List.of(properties.getProperty("jvm.flags", "").split(" ", -1)),
        properties.getProperty("scala.version", ""));
  }

  /**
   * What must be in the environment of a process that starts executors from here: a worker, or a
   * driver with a {@code local-cluster} master. Every address is loopback.
   */
  public Map<String, String> environment() {
    return Map.of(
        "SPARK_HOME",
        folder.toString(),
        "SPARK_SCALA_VERSION",
        scalaVersion,
        "SPARK_LOCAL_IP",
        "127.0.0.1");
  }

  /** What such a driver must be started with besides. */
  public List<String> driverFlags() {
    return List.of("-Dspark.test.home=" + folder);
  }

  /** All jars, as for {@code java -cp}. */
  String classPath() {
    return folder.resolve("jars") + File.separator + "*";
  }

  /** Flags of a small JVM that starts fast. */
  List<String> smallJvm(String heap) {
    List<String> flags = new ArrayList<>(jvmFlags);
    flags.addAll(List.of("-Xmx" + heap, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    return flags;
  }

  private static void link(Path link, Path jar) throws IOException {
    if (!Files.isSymbolicLink(link) || !Files.readSymbolicLink(link).equals(jar)) {
      Files.deleteIfExists(link);
      Files.createSymbolicLink(link, jar);
    }
  }

  private static void requireOnly(Set<String> names, Path jars) throws IOException {
    try (Stream<Path> all = Files.list(jars)) {
      List<Path> others = all.filter(jar -> !names.contains(jar.getFileName().toString())).toList();
      if (!others.isEmpty()) {
        throw new IOException(jars + " holds what is no part of Spark: " + others);
      }
    }
  }
}
