// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.replay;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** How a report is written. */
public enum ReportFormat {
  /** A table for people, in percentages and scaled units. */
  TABLE(ReportTable::render),
  /** Comma-separated values (RFC 4180) with a header row: one line per result, plain numbers. */
  CSV(ReportCsv::render),
  /** One JSON object with the setting, the results and their daily series. */
  JSON(ReportJson::render);

  private final Function<ReplayReport, String> renderer;

  ReportFormat(Function<ReplayReport, String> renderer) {
    this.renderer = renderer;
  }

  /** The report as text that ends with a line break. */
  public String render(ReplayReport report) {
    return renderer.apply(report);
  }

  /**
   * The format called {@code word}, in any case.
   *
   * @throws IllegalArgumentException naming the known words, when there is none
   */
  public static ReportFormat of(String word) {
    return Arrays.stream(values())
        .filter(f -> f.name().equalsIgnoreCase(word.strip()))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown report format '"
                        + word
                        + "'; known: "
                        + Arrays.stream(values())
                            .map(f -> f.name().toLowerCase(Locale.ROOT))
                            .collect(Collectors.joining(", "))));
  }
}
