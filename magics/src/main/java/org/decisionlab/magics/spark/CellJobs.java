// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark;

import java.util.UUID;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import org.decisionlab.kernel.cell.CellContext;
import org.decisionlab.kernel.cell.CellListener;
import org.jspecify.annotations.Nullable;

/**
 * Puts a cell's Spark jobs in a group of their own, and cancels them when the cell is interrupted;
 * jobs that earlier cells left running go on.
 */
final class CellJobs implements CellListener {

  private volatile String group = "";
  private volatile String label = "";
  private volatile @Nullable SparkContext grouped;

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
  }

  /**
   * Jobs that are on their way are cancelled too: Spark submits some from other threads, later. All
   * jobs of a session that the cell has started by itself are its own; they have no group.
   */
  @Override
  public void cellInterrupted(CellContext cell) {
    SparkContext context = SparkService.running().map(SparkSession::sparkContext).orElse(null);
    if (context == null) {
      return;
    }
    if (context == grouped) {
      context.cancelJobGroupAndFutureJobs(group);
    } else {
      context.cancelAllJobs();
    }
  }
}
