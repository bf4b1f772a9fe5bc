// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.generate;

import java.time.Instant;
import java.util.Arrays;
import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.core.access.JobTimes;

/**
 * A user's job over the files of one dataset: readings in time order, of which the next is at hand.
 */
final class Task implements Comparable<Task> {

  /** Efficiency of a job with local data; from afar it is lower by {@link #REMOTE_LOSS}. */
  private static final double LOCAL_EFFICIENCY = 0.75;

  private static final double REMOTE_LOSS = 0.19;

  private final Who who;
  private final Dataset dataset;
  private final SeededRandom random;

  /** Time and file of each reading, packed so that sorting the numbers sorts by time. */
  private final long[] readings;

  private int next;

  /**
   * Who reads, where, and in which order the task was made.
   *
   * @param user name of the user
   * @param site site that serves the files
   * @param remote whether they are read from afar
   * @param sequence number of the task, which settles the order of simultaneous readings
   */
  record Who(String user, String site, boolean remote, long sequence) {}

  /**
   * A task.
   *
   * @param who who reads
   * @param dataset what is read
   * @param readings times in milliseconds after {@code epoch} times 2^16, plus the file's number
   * @param random for what is left to chance in the records
   */
  Task(Who who, Dataset dataset, long[] readings, SeededRandom random) {
    this.who = who;
    this.dataset = dataset;
    this.readings = readings;
    this.random = random;
    Arrays.sort(readings);
  }

  /** A reading for the constructor. */
  static long reading(long millis, int file) {
    return millis << 16 | file;
  }

  boolean done() {
    return next == readings.length;
  }

  /** Milliseconds since 1970 of the next reading. */
  long nextMillis() {
    return readings[next] >> 16;
  }

  /** Passes over the next reading. */
  void skip() {
    next++;
  }

  /** The record of the next reading, which is then past. */
  AccessRecord take() {
    long millis = nextMillis();
    int file = (int) (readings[next++] & 0xffff);
    long size = dataset.size(file);
    double readShare = Math.min(1, random.logNormal(dataset.tier().readShare(), 0.5));
    double seconds = Math.min(86_400, Math.max(5, random.logNormal(1200, 0.9)));
    double efficiency =
        LOCAL_EFFICIENCY - (who.remote ? REMOTE_LOSS : 0) + 0.08 * random.gaussian();
    double busy = Math.min(0.99, Math.max(0.02, efficiency)) * seconds;
    Instant opened = Instant.ofEpochMilli(millis);
    Instant closed = Instant.ofEpochMilli(millis + (long) (seconds * 1000));
    return new AccessRecord(
        dataset.lfn(file),
        size,
        (long) (size * readShare),
        opened,
        closed,
        who.site,
        who.user,
        who.remote ? "remote" : "local",
        new JobTimes(opened, closed, busy, seconds - busy));
  }

  @Override
  public int compareTo(Task other) {
    int byTime = Long.compare(nextMillis(), other.nextMillis());
    return byTime != 0 ? byTime : Long.compare(who.sequence, other.who.sequence);
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(who.sequence);
  }
}
