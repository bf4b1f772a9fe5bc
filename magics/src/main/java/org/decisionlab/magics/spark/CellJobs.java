// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark;

import java.util.Properties;
import java.util.UUID;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.SparkSession;
import org.decisionlab.kernel.cell.CellContext;
import org.decisionlab.kernel.cell.CellListener;
import org.jspecify.annotations.Nullable;

/**
 * Puts a cell's Spark jobs in a group of their own, and cancels them when the cell is interrupted;
 * jobs that earlier cells left running go on.
 */
final class CellJobs implements CellListener {

  /** Where Spark keeps the group of a job. */
  private static final String GROUP_PROPERTY = "spark.jobGroup.id";

  private volatile String group = "";
  private volatile String label = "";
  private volatile String cancelled = "";
  private volatile @Nullable SparkContext grouped;
  private volatile @Nullable SparkContext watched;

  @Override
  public void cellStarted(CellContext cell) {
    // Never used again: jobs that come to a cancelled group are refused.
    group = "decisionlab-" + UUID.randomUUID();
    label = cell.label();
    grouped = null;
    SparkService.running().map(SparkSession::sparkContext).ifPresent(this::adopt);
  }

  /** Puts what the calling thread does on Spark into the group of the cell. */
  void adopt(SparkContext context) {
    if (context != grouped) {
      context.setJobGroup(group, label, true);
      grouped = context;
    }
    if (context != watched) {
      context.addSparkListener(new LateJobs(context));
      watched = context;
    }
  }

  /** All jobs of a session that the cell has started by itself are its own; they have no group. */
  @Override
  public void cellInterrupted(CellContext cell) {
    SparkContext context = SparkService.running().map(SparkSession::sparkContext).orElse(null);
    if (context == null) {
      return;
    }
    if (context == grouped) {
      cancelled = group;
      context.cancelJobGroupAndFutureJobs(group);
    } else {
      context.cancelAllJobs();
    }
  }

  /**
   * Cancels jobs that come after the interrupt of their cell: adaptive queries submit their stages
   * from other threads, and those Spark does not refuse.
   */
  private final class LateJobs extends SparkListener {

    private final SparkContext context;

    LateJobs(SparkContext context) {
      this.context = context;
    }

    @Override
    public void onJobStart(SparkListenerJobStart start) {
      Properties properties = start.properties();
      if (properties != null && cancelled.equals(properties.getProperty(GROUP_PROPERTY))) {
        context.cancelJob(start.jobId());
      }
    }
  }
}
