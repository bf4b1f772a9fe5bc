// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark;

import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.decisionlab.data.LocalSpark;
import scala.Option;

/** The one Spark session of a kernel: made when first asked for, ended when told to. */
public final class SparkService implements AutoCloseable {

  /** The master of a session that is started without naming one. */
  public static final String DEFAULT_MASTER = "local[*]";

  private final Consumer<SparkContext> asked;

  /** A service whose sessions nobody else hears of. */
  public SparkService() {
    this(context -> {});
  }

  /**
   * A service that tells of its sessions.
   *
   * @param asked told whenever a session is asked for, on the thread that asks
   */
  SparkService(Consumer<SparkContext> asked) {
    this.asked = asked;
  }

  /** The running session; without one, starts one on all cores of this machine. */
  public synchronized SparkSession session() {
    return told(running().orElseGet(LocalSpark::session));
  }

  /**
   * The session with this master; starts it when none runs.
   *
   * @param master any master that Spark or a cluster manager on the class path takes
   * @param settings Spark settings by name
   * @throws org.decisionlab.data.UnsupportedMasterException when nothing here takes the master
   * @throws IllegalArgumentException when a session with another master or other settings runs
   */
  public synchronized SparkSession session(String master, Map<String, String> settings) {
    running().ifPresent(session -> requireSettings(session, settings));
    return told(LocalSpark.session(master, settings));
  }

  private SparkSession told(SparkSession session) {
    asked.accept(session.sparkContext());
    return session;
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

  /** What is running, in words. */
  public SparkStatus status() {
    return running().map(SparkStatus::of).orElse(SparkStatus.NONE);
  }

  /**
   * The result of one SQL statement; a closing semicolon is allowed.
   *
   * @throws AnalysisException when the statement is no SQL, or names what there is not
   */
  public Dataset<Row> sql(String statement) throws AnalysisException {
    String text = statement.strip();
    return session().sql(text.endsWith(";") ? text.substring(0, text.length() - 1) : text);
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
    stop();
  }
}
