// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark;

import java.time.Duration;
import java.time.Instant;
import org.apache.spark.sql.SparkSession;
import org.decisionlab.kernel.display.NumberText;

/**
 * What is known of the kernel's Spark session.
 *
 * @param running whether there is one
 * @param master its master
 * @param version Spark's version
 * @param applicationId its application id
 * @param activeJobs jobs running now
 * @param uptime how long it has been running
 */
public record SparkStatus(
    boolean running,
    String master,
    String version,
    String applicationId,
    int activeJobs,
    Duration uptime) {

  /** No session. */
  public static final SparkStatus NONE = new SparkStatus(false, "", "", "", 0, Duration.ZERO);

  static SparkStatus of(SparkSession session) {
    var context = session.sparkContext();
    Instant started = Instant.ofEpochMilli(context.startTime());
    return new SparkStatus(
        true,
        context.master(),
        session.version(),
        context.applicationId(),
        context.statusTracker().getActiveJobIds().length,
        Duration.between(started, Instant.now()));
  }

  @Override
  public String toString() {
    if (!running) {
      return "No Spark session. '%spark start' makes one; so does the first %%sql.";
    }
    return String.format(
        "Spark %s on %s, application %s, up %d s, %s",
        version,
        master,
        applicationId,
        uptime.toSeconds(),
        activeJobs == 0 ? "no job at work" : NumberText.counted(activeJobs, "job") + " at work");
  }
}
