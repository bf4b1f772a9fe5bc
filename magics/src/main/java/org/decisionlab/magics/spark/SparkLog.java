// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.RollingFileAppender;
import org.apache.logging.log4j.core.appender.rolling.DefaultRolloverStrategy;
import org.apache.logging.log4j.core.appender.rolling.SizeBasedTriggeringPolicy;
import org.apache.logging.log4j.core.config.AppenderRef;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.decisionlab.kernel.cell.Secrets;
import org.jspecify.annotations.Nullable;

/**
 * What Spark logs, in a file of this process that only its user can read; warnings go on to where
 * they went. The file is at most 10 MB, with as much again of what was before.
 */
final class SparkLog {

  /** Environment variable that names the folder of the files; without it, a temporary one. */
  static final String FOLDER = "DECISIONLAB_LOG_DIR";

  private static final String SIZE = "10 MB";
  private static final String PATTERN = "%d{yyyy-MM-dd HH:mm:ss.SSS} %-5p %c{1} [%t]: %m%n%ex";
  private static final List<String> LOGGERS =
      List.of("org.apache.spark", "org.apache.hadoop", "org.apache.parquet", "org.sparkproject");

  private final UnaryOperator<@Nullable String> environment;
  private @Nullable Path file;

  /**
   * @param environment the value of an environment variable, or null
   */
  SparkLog(UnaryOperator<@Nullable String> environment) {
    this.environment = environment;
  }

  /** Starts to write the file, once. Where Log4j is not what logs, there is no file. */
  synchronized void begin() {
    if (file != null || !(LogManager.getContext(false) instanceof LoggerContext context)) {
      return;
    }
    try {
      file = folder().resolve("spark-" + ProcessHandle.current().pid() + ".log");
      attach(context, file);
    } catch (IOException e) {
      throw new UncheckedIOException("the log of Spark cannot be written", e);
    }
  }

  /** Where it is written. */
  synchronized @Nullable Path file() {
    return file;
  }

  /**
   * The last lines, without what looks like a secret.
   *
   * @param lines how many
   * @param secrets what is not shown
   */
  synchronized List<String> last(int lines, Pattern secrets) throws IOException {
    if (file == null || !Files.exists(file)) {
      return List.of();
    }
    Deque<String> last = new ArrayDeque<>();
    try (var all = Files.lines(file, UTF_8)) {
      all.forEach(
          line -> {
            if (last.size() == lines) {
              last.removeFirst();
            }
            last.addLast(
                Secrets.shownText(secrets.matcher(line).replaceAll("*********(redacted)")));
          });
    }
    return List.copyOf(last);
  }

  private Path folder() throws IOException {
    FileAttribute<?> own =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    String named = environment.apply(FOLDER);
    return named == null || named.isBlank()
        ? Files.createTempDirectory(
            Path.of(System.getProperty("java.io.tmpdir")), "decisionlab-log-", own)
        : Files.createDirectories(Path.of(named), own);
  }

  private static void attach(LoggerContext context, Path file) {
    Configuration configuration = context.getConfiguration();
    RollingFileAppender appender =
        RollingFileAppender.newBuilder()
            .setName("decisionlab-spark")
            .setConfiguration(configuration)
            .withFileName(file.toString())
            .withFilePattern(file + ".%i")
            .withPolicy(SizeBasedTriggeringPolicy.createPolicy(SIZE))
            .withStrategy(
                DefaultRolloverStrategy.newBuilder().withMax("1").withConfig(configuration).build())
            .setLayout(
                PatternLayout.newBuilder()
                    .withPattern(PATTERN)
                    .withConfiguration(configuration)
                    .build())
            .withFilePermissions("rw-------")
            .build();
    appender.start();
    configuration.addAppender(appender);
    for (String name : LOGGERS) {
      LoggerConfig known = configuration.getLoggerConfig(name);
      LoggerConfig logger =
          LoggerConfig.newBuilder()
              .withLoggerName(name)
              .withLevel(Level.INFO)
              .withAdditivity(false)
              .withIncludeLocation("false")
              .withRefs(new AppenderRef[0])
              .withConfig(configuration)
              .build();
      logger.addAppender(appender, Level.INFO, null);
      for (Map.Entry<String, Appender> each : known.getAppenders().entrySet()) {
        logger.addAppender(each.getValue(), known.getLevel(), null);
      }
      configuration.addLogger(name, logger);
    }
    context.updateLoggers();
  }
}
