// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.access;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What became of the rows of a source.
 *
 * @param rows rows met so far, header and blank lines not counted
 * @param records rows that became access records
 * @param malformed rows that are not records
 * @param passedOver well-formed rows that the format's rule leaves out, counted by reason
 * @param samples the first malformed rows, with their places
 */
public record ReadReport(
    long rows,
    long records,
    long malformed,
    Map<String, Long> passedOver,
    List<MalformedRecord> samples)
    implements Serializable {

  /** How many malformed rows are kept as samples. */
  public static final int KEPT_SAMPLES = 20;

  /** A report of nothing read. */
  public static final ReadReport EMPTY = new ReadReport(0, 0, 0, Map.of(), List.of());

  /** Copies its collections; the reasons are kept in alphabetical order. */
  public ReadReport {
    passedOver = java.util.Collections.unmodifiableMap(new TreeMap<>(passedOver));
    samples = List.copyOf(samples);
  }

  /** The sum of this report and another, as if both had been read one after the other. */
  public ReadReport plus(ReadReport other) {
    Map<String, Long> reasons = new TreeMap<>(passedOver);
    other.passedOver.forEach((reason, count) -> reasons.merge(reason, count, Long::sum));
    List<MalformedRecord> both =
        Stream.concat(samples.stream(), other.samples.stream()).limit(KEPT_SAMPLES).toList();
    return new ReadReport(
        rows + other.rows, records + other.records, malformed + other.malformed, reasons, both);
  }

  /** Rows that the format's rule left out, all reasons together. */
  public long passedOverTotal() {
    return passedOver.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The report in a line for people, with a line for each malformed row that was kept. */
  @Override
  public String toString() {
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "%,d rows: %,d records, %,d malformed, %,d passed over",
                rows,
                records,
                malformed,
                passedOverTotal()));
    passedOver.forEach(
        (reason, count) -> text.append(String.format(Locale.ROOT, "%n  %,d %s", count, reason)));
    samples.forEach(
        bad ->
            text.append(
                String.format(
                    "%n  %s:%d: %s: %s", bad.file(), bad.position(), bad.reason(), bad.text())));
    return text.toString();
  }
}
