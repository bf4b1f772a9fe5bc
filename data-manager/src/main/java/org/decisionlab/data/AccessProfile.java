// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.data;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

/**
 * A first look at a set of access records, in plain lists ready for a chart.
 *
 * @param records openings
 * @param files distinct files
 * @param first when the first record was opened
 * @param last when the last record was opened
 * @param requestedBytes sizes of the opened files, added up over the openings that tell one
 * @param footprintBytes sizes of the distinct files that tell one
 * @param withoutSize openings that tell no size
 * @param popularity how often the files were opened, most popular first
 * @param gaps times between one opening of a file and the next
 * @param days traffic of each day that has any, in UTC
 */
public record AccessProfile(
    long records,
    long files,
    Instant first,
    Instant last,
    long requestedBytes,
    long footprintBytes,
    long withoutSize,
    Popularity popularity,
    ReuseGaps gaps,
    List<DayTraffic> days) {

  /** Copies its list. */
  public AccessProfile {
    days = List.copyOf(days);
  }

  /**
   * Openings by rank as a staircase: each number of openings stands with the first and the last
   * rank of the files that have it.
   *
   * @param ranks ranks from 1, rising
   * @param accesses openings of the file of that rank, falling
   */
  public record Popularity(List<Long> ranks, List<Long> accesses) {
    /** Copies its lists. */
    public Popularity {
      ranks = List.copyOf(ranks);
      accesses = List.copyOf(accesses);
    }
  }

  /**
   * Times between two successive openings of the same file; openings at one instant count as one.
   *
   * @param count how many
   * @param bins a histogram on a logarithmic scale, five bins to a factor of ten, empty ones left
   *     out
   * @param quantiles some quantiles, exact to one in ten thousand of the ranks
   */
  public record ReuseGaps(long count, List<GapBin> bins, List<GapQuantile> quantiles) {
    /** Copies its lists. */
    public ReuseGaps {
      bins = List.copyOf(bins);
      quantiles = List.copyOf(quantiles);
    }
  }

  /**
   * One bin of gaps.
   *
   * @param fromHours its lower end in hours, included
   * @param toHours its upper end in hours, not included
   * @param count gaps in it
   */
  public record GapBin(double fromHours, double toHours, long count) {}

  /**
   * One quantile of the gaps.
   *
   * @param share share of the gaps that are not longer, 0 to 1
   * @param gap the gap
   */
  public record GapQuantile(double share, Duration gap) {}

  /**
   * Traffic of one day.
   *
   * @param day the day, UTC
   * @param accesses openings
   * @param requestedBytes sizes of the opened files, added up
   * @param readBytes bytes read, where the source tells it
   */
  public record DayTraffic(LocalDate day, long accesses, long requestedBytes, long readBytes) {}
}
