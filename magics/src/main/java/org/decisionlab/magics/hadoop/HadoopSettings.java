// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.hadoop;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.decisionlab.magics.spark.SparkService;
import org.jspecify.annotations.Nullable;

/**
 * Where Hadoop's settings come from: the running Spark session, or else the site files in the
 * directory that {@code HADOOP_CONF_DIR} names.
 *
 * @see <a
 *     href="https://hadoop.apache.org/docs/r3.4.2/hadoop-project-dist/hadoop-common/ClusterSetup.html">Hadoop
 *     Cluster Setup</a>
 */
final class HadoopSettings {

  private static final List<String> SITE_FILES = List.of("core-site.xml", "hdfs-site.xml");

  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final Duration COUNT = Duration.ofMinutes(2);

  private final Function<String, @Nullable String> environment;

  HadoopSettings(Function<String, @Nullable String> environment) {
    this.environment = environment;
  }

  /** A copy of the settings, with which a server that is gone is given up soon. */
  Configuration impatient() {
    Configuration settings =
        SparkService.running()
            .map(session -> new Configuration(session.sparkContext().hadoopConfiguration()))
            .orElseGet(this::ofSiteFiles);
    settings.setInt("ipc.client.connect.timeout", 2000);
    settings.setInt("ipc.client.connect.max.retries", 0);
    settings.setInt("ipc.client.connect.max.retries.on.timeouts", 0);
    answerWithin(settings, ANSWER);
    settings.setInt("dfs.client.failover.max.attempts", 2);
    settings.setBoolean("dfs.http.client.retry.policy.enabled", false);
    settings.setInt("dfs.http.client.retry.max.attempts", 0);
    settings.set("dfs.webhdfs.socket.connect-timeout", "2s");
    return settings;
  }

  /** A copy of settings for questions for which a NameNode walks through a whole tree. */
  static Configuration patient(Configuration settings) {
    Configuration patient = new Configuration(settings);
    answerWithin(patient, COUNT);
    return patient;
  }

  private static void answerWithin(Configuration settings, Duration limit) {
    settings.setInt("ipc.client.rpc-timeout.ms", Math.toIntExact(limit.toMillis()));
    settings.set("dfs.webhdfs.socket.read-timeout", limit.toSeconds() + "s");
  }

  private Configuration ofSiteFiles() {
    Configuration settings = new Configuration();
    String directory = environment.apply("HADOOP_CONF_DIR");
    if (directory != null) {
      for (String name : SITE_FILES) {
        Path file = Path.of(directory, name);
        if (Files.isReadable(file)) {
          settings.addResource(new org.apache.hadoop.fs.Path(file.toUri()));
        }
      }
    }
    return settings;
  }
}
