// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.generate;

import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.decisionlab.core.access.AccessRecord;

/** Every workload that can be generated. */
public enum Preset {
  /** Analysis at twelve Italian sites: many datasets, much that is read once. */
  IT_2018_LIKE(span -> new CmsWorkload(CmsShape.IT_2018, span)),
  /** A regional cache in Southern California: mostly MINIAOD, read again and again on a day. */
  SOCAL_LIKE(span -> new CmsWorkload(CmsShape.SOCAL, span)),
  /** A fixed popularity under a stream of files read once: counting requests wins. */
  FREQUENCY(Teaching::frequency),
  /** What was read last is read next: recency wins. */
  RECENCY(Teaching::recency),
  /** Small files are read often, large ones hardly ever: looking at the size wins. */
  SIZE_FOCUSED(Teaching::sizeFocused),
  /** Every file as likely as any other: nobody wins. */
  RANDOM(Teaching::random);

  private final Workload workload;

  Preset(Workload workload) {
    this.workload = workload;
  }

  /** The name used in commands and parameters. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The records of a span in time order, made as they are asked for. */
  public Stream<AccessRecord> records(Span span) {
    Iterator<AccessRecord> records = workload.records(span);
    int traits = Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.IMMUTABLE;
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(records, traits), false);
  }

  /**
   * The preset called {@code word}, in any case.
   *
   * @throws IllegalArgumentException naming the known words, when there is none
   */
  public static Preset of(String word) {
    String wanted = word.strip().toLowerCase(Locale.ROOT).replace('_', '-');
    return Arrays.stream(values())
        .filter(p -> p.word().equals(wanted))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown preset '"
                        + word
                        + "'; known: "
                        + Arrays.stream(values())
                            .map(Preset::word)
                            .collect(Collectors.joining(", "))));
  }
}
