// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.decisionlab.data.LocalSpark;
import org.decisionlab.data.SessionGuard;
import org.decisionlab.kernel.cell.Secrets;
import org.jspecify.annotations.Nullable;
import scala.Option;

/** The one Spark session of a kernel: made when first asked for, ended when told to. */
public final class SparkService implements AutoCloseable {

  /** The master of a session that is started without naming one. */
  public static final String DEFAULT_MASTER = "local[*]";

  private static final Pattern NOTHING = Pattern.compile("(?!)");

  private final Consumer<SparkContext> asked;
  private final SparkLog log;
  private final SparkPages pages;
  private final Set<Path> jars = new LinkedHashSet<>();
  private final Consumer<SparkContext> adopt = this::adopt;
  private @Nullable SparkContext adopted;

  /** A service whose sessions nobody else hears of. */
  public SparkService() {
    this(context -> {}, new SparkLog(System::getenv), new SparkPages(System::getenv));
  }

  /**
   * A service that tells of its sessions.
   *
   * @param asked told of every session of the process, on the thread that makes it; may be told of
   *     one more than once
   * @param log where Spark's log goes
   * @param pages where Spark's web pages are found
   */
  SparkService(Consumer<SparkContext> asked, SparkLog log, SparkPages pages) {
    this.asked = asked;
    this.log = log;
    this.pages = pages;
    SessionGuard.tell(adopt);
  }

  /** The running session; without one, starts one on all cores of this machine. */
  public SparkSession session() {
    return session(master(), Map.of());
  }

  /**
   * The session with this master; starts it when none runs.
   *
   * @param master any master that Spark or a cluster manager on the class path takes
   * @param settings Spark settings by name
   * @throws org.decisionlab.data.UnsupportedMasterException when nothing here takes the master
   * @throws IllegalArgumentException when a session with another master or other settings runs, or
   *     when the settings cannot be
   */
  public synchronized SparkSession session(String master, Map<String, String> settings) {
    Optional<SparkSession> running = running();
    if (running.isPresent()) {
      requireSettings(running.get(), settings);
    }
    Map<String, String> all = new TreeMap<>(running.isPresent() ? Map.of() : pages.settings());
    all.putAll(settings);
    log.begin();
    try {
      SparkSession session = LocalSpark.session(master, all);
      adopt(session.sparkContext());
      return session;
    } catch (IllegalArgumentException e) {
      throw namingTheSetting(e, settings);
    }
  }

  /** Spark tells of a size or a time that it cannot read by the value alone. */
  private static IllegalArgumentException namingTheSetting(
      IllegalArgumentException failure, Map<String, String> settings) {
    String message = String.valueOf(failure.getMessage());
    return settings.entrySet().stream()
        .filter(each -> !each.getValue().isBlank() && message.contains(each.getValue()))
        .filter(each -> !message.contains(each.getKey()))
        .findFirst()
        .map(
            each ->
                new IllegalArgumentException(
                    "Spark does not take " + each.getKey() + "=" + each.getValue() + ": " + message,
                    failure))
        .orElse(failure);
  }

  /** The session of this process, whoever started it, if one is running. */
  public static Optional<SparkSession> running() {
    Option<SparkSession> known = SparkSession.getDefaultSession();
    return known.isEmpty() || known.get().sparkContext().isStopped()
        ? Optional.empty()
        : Optional.of(known.get());
  }

  /** The master of the running session, or else of the one that would be started. */
  public String master() {
    return running().map(session -> session.sparkContext().master()).orElse(DEFAULT_MASTER);
  }

  /** Spark takes most settings at the start only, and leaves later ones out without a word. */
  private static void requireSettings(SparkSession session, Map<String, String> settings) {
    settings.forEach(
        (name, value) -> {
          String running = session.conf().get(name, "");
          if (!running.equals(value)) {
            throw new IllegalArgumentException(
                "a session is running in which "
                    + name
                    + (running.isEmpty() ? " is not set" : " is '" + running + "'")
                    + "; stop it first, or set what Spark lets you change with spark.conf().set");
          }
        });
  }

  /**
   * Gives jars to the executors of the running session and of those to come, through the driver's
   * own file server: they need no other way to them.
   *
   * @param added local files
   * @throws IllegalArgumentException naming a file that is not there
   */
  public synchronized void addJars(List<Path> added) {
    for (Path jar : added) {
      if (!Files.isReadable(jar)) {
        throw new IllegalArgumentException("there is no jar to give to executors: " + jar);
      }
    }
    for (Path jar : added) {
      if (jars.add(jar.toAbsolutePath().normalize())) {
        running()
            .ifPresent(
                session ->
                    session.sparkContext().addJar(jar.toAbsolutePath().normalize().toString()));
      }
    }
  }

  /** What is running, in words. */
  public SparkStatus status() {
    return running().map(SparkStatus::of).orElse(SparkStatus.NONE);
  }

  /** The settings of the running session, by name; secrets are not shown. */
  Map<String, String> settings() {
    Map<String, String> shown = new TreeMap<>();
    running()
        .ifPresent(
            session -> {
              SparkConf conf = session.sparkContext().getConf();
              Pattern names = Pattern.compile(conf.get("spark.redaction.regex", "(?i)secret"));
              Pattern values = secrets();
              for (var each : conf.getAll()) {
                boolean secret = names.matcher(each._1).find() || Secrets.isSecret(each._1);
                shown.put(
                    each._1,
                    secret
                        ? "*********(redacted)"
                        : Secrets.shownText(values.matcher(each._2).replaceAll("*****")));
              }
            });
    return shown;
  }

  /** What looks like a secret in a text of Spark. */
  Pattern secrets() {
    return running()
        .map(session -> session.sparkContext().getConf())
        .filter(conf -> conf.contains("spark.redaction.string.regex"))
        .map(conf -> Pattern.compile(conf.get("spark.redaction.string.regex")))
        .orElse(NOTHING);
  }

  /** Spark's log. */
  SparkLog log() {
    return log;
  }

  /** The address of Spark's web pages; empty where they are off. */
  String link() {
    return pages.link(running().map(SparkSession::sparkContext).orElse(null));
  }

  /**
   * The result of one SQL statement.
   *
   * @param statement the statement, without a semicolon at its end
   * @param parameters values of its named parameters
   * @throws AnalysisException when the statement is no SQL, or names what there is not
   */
  public Dataset<Row> sql(String statement, Map<String, Object> parameters)
      throws AnalysisException {
    return parameters.isEmpty() ? session().sql(statement) : session().sql(statement, parameters);
  }

  /**
   * Ends the session.
   *
   * @return whether there was one
   */
  public synchronized boolean stop() {
    Optional<SparkSession> running = running();
    running.ifPresent(SparkSession::stop);
    return running.isPresent();
  }

  @Override
  public void close() {
    SessionGuard.forget(adopt);
    stop();
  }

  private synchronized void adopt(SparkContext context) {
    if (context != adopted) {
      adopted = context;
      log.begin();
      pages.adopt(context);
      jars.forEach(jar -> context.addJar(jar.toString()));
    }
    asked.accept(context);
  }
}
