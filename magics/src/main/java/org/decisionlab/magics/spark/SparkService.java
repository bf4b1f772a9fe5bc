// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark;

import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.decisionlab.data.LocalSpark;
import org.jspecify.annotations.Nullable;

/** The one Spark session of a kernel: made when first asked for, ended when told to. */
public final class SparkService implements AutoCloseable {

  /** The master of a session that is started without naming one. */
  public static final String DEFAULT_MASTER = "local[*]";

  private @Nullable SparkSession session;
  private @Nullable JobGroup jobs;

  private record JobGroup(String id, String description) {

    void takeOver(SparkSession session) {
      session.sparkContext().setJobGroup(id, description, true);
    }
  }

  /**
   * The running session; without one, starts one on all cores of this machine.
   *
   * @throws org.decisionlab.data.UnsupportedMasterException never for this master
   */
  public synchronized SparkSession session() {
    return session(DEFAULT_MASTER, Map.of());
  }

  /**
   * The session with this master; starts it when none runs.
   *
   * @param master a local master: {@code local}, {@code local[N]} or {@code local[*]}
   * @param settings Spark settings by name
   * @throws org.decisionlab.data.UnsupportedMasterException when the master is not local
   * @throws IllegalArgumentException when a session with another master or other settings runs
   *     already; it stays as it is
   */
  public synchronized SparkSession session(String master, Map<String, String> settings) {
    SparkSession running = running().orElse(null);
    if (running != null) {
      refuseOther(settings, running);
      if (master.equals(DEFAULT_MASTER)) {
        return running;
      }
    }
    SparkSession made = LocalSpark.session(master, settings);
    if (jobs != null) {
      jobs.takeOver(made);
    }
    session = made;
    return made;
  }

  private static void refuseOther(Map<String, String> settings, SparkSession running) {
    settings.forEach(
        (name, value) -> {
          String now = running.conf().get(name, "not set");
          if (!now.equals(value)) {
            throw new IllegalArgumentException(
                "the running session has "
                    + name
                    + " "
                    + now
                    + ", not "
                    + value
                    + "; settings are given at the start: end it first ('%spark stop')");
          }
        });
  }

  /** The session, if one is running. */
  public synchronized Optional<SparkSession> running() {
    SparkSession known = session;
    return known == null || known.sparkContext().isStopped()
        ? Optional.empty()
        : Optional.of(known);
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
   * Names the jobs of what follows on this thread, so that they can be found and cancelled; also
   * those of a session that is yet to be started.
   */
  public synchronized void nameJobs(String group, String description) {
    JobGroup named = new JobGroup(group, description);
    running().ifPresent(named::takeOver);
    jobs = named;
  }

  /** Cancels the running jobs of a group. */
  public void cancelJobs(String group) {
    running().ifPresent(s -> s.sparkContext().cancelJobGroup(group));
  }

  /**
   * Ends the session.
   *
   * @return whether there was one
   */
  public synchronized boolean stop() {
    Optional<SparkSession> running = running();
    running.ifPresent(SparkSession::stop);
    session = null;
    return running.isPresent();
  }

  @Override
  public void close() {
    stop();
  }
}
