// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.data;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.decisionlab.core.access.ReadReport;

/**
 * What became of the records on their way to features.
 *
 * @param read what became of the rows of the files
 * @param counts rows in each part of the split; in {@link Split#UNMATURED} those that are not used
 * @param unlabelled rows whose label is not known at the end of the observation
 * @param forgotten files that a history had to forget early, its bound being reached
 * @param windows the windows of the split
 */
public record FeatureReport(
    ReadReport read,
    Map<Split, SplitCount> counts,
    long unlabelled,
    long forgotten,
    TimeWindows windows) {

  /** Copies the counts; a part that is not told has no rows. */
  public FeatureReport {
    Map<Split, SplitCount> all = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      all.put(split, counts.getOrDefault(split, new SplitCount(0, 0)));
    }
    counts = Collections.unmodifiableMap(all);
  }

  /** Size of one part. */
  public SplitCount counts(Split split) {
    return counts.getOrDefault(split, new SplitCount(0, 0));
  }

  /** The report in a few lines for people. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%,d rows read: %,d records, %,d malformed, %,d passed over%n",
            read.rows(),
            read.records(),
            read.malformed(),
            read.passedOverTotal()));
    counts.forEach(
        (split, count) ->
            text.append(
                String.format(
                    Locale.ROOT,
                    "%-10s %,12d rows, %5.1f %% reused%n",
                    split.word(),
                    count.rows(),
                    100 * count.positiveShare())));
    text.append(String.format(Locale.ROOT, "%,d rows without a known label%n", unlabelled));
    if (forgotten > 0) {
      text.append(String.format(Locale.ROOT, "%,d files forgotten early%n", forgotten));
    }
    return text.append("train from ")
        .append(windows.trainFrom())
        .append(", validation from ")
        .append(windows.validationFrom())
        .append(", test from ")
        .append(windows.testFrom())
        .append(", until ")
        .append(windows.until())
        .toString();
  }
}
