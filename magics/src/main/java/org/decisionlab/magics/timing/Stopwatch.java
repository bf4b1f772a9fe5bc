// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.timing;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import org.decisionlab.kernel.cell.CodeWatch;

/** Adds up what runs of code cost; on the thread of the cells. */
final class Stopwatch implements CodeWatch {

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final OperatingSystemMXBean process =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private Cost sum = Cost.ZERO;
  private Cost begin = Cost.ZERO;

  /** Amounts since some moment; times in nanoseconds but that of collections, in milliseconds. */
  private record Cost(
      long wall, long cellCpu, long allCpu, long gcMillis, long collections, long allocatedBytes) {

    static final Cost ZERO = new Cost(0, 0, 0, 0, 0, 0);

    Cost plus(Cost later, Cost earlier) {
      return new Cost(
          wall + later.wall - earlier.wall,
          cellCpu + later.cellCpu - earlier.cellCpu,
          allCpu + later.allCpu - earlier.allCpu,
          gcMillis + later.gcMillis - earlier.gcMillis,
          collections + later.collections - earlier.collections,
          allocatedBytes + later.allocatedBytes - earlier.allocatedBytes);
    }
  }

  @Override
  public void begins() {
    begin = now();
  }

  @Override
  public void ends() {
    sum = sum.plus(now(), begin);
  }

  private Cost now() {
    long gcMillis = 0;
    long collections = 0;
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      gcMillis += Math.max(0, collector.getCollectionTime());
      collections += Math.max(0, collector.getCollectionCount());
    }
    return new Cost(
        System.nanoTime(),
        threads.getCurrentThreadCpuTime(),
        process.getProcessCpuTime(),
        gcMillis,
        collections,
        threads.getThreadAllocatedBytes(Thread.currentThread().getId()));
  }

  /**
   * What the runs cost, in two lines.
   *
   * @param totalNanos time from before the compiler to the end
   */
  String report(long totalNanos) {
    return "wall "
        + Amounts.time((double) sum.wall)
        + ", CPU "
        + Amounts.time((double) sum.cellCpu)
        + " in the cell, "
        + Amounts.time((double) sum.allCpu)
        + " in all threads; compiler "
        + Amounts.time((double) Math.max(0, totalNanos - sum.wall))
        + "\ngarbage collection "
        + Amounts.time(sum.gcMillis * 1e6)
        + " ("
        + sum.collections
        + "), allocated in the cell "
        + Amounts.bytes((double) sum.allocatedBytes);
  }
}
