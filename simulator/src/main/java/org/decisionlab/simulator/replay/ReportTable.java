// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.replay;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.decisionlab.core.unit.DataSize;
import org.decisionlab.simulator.cache.Tally;

/** A report as aligned text. */
final class ReportTable {

  private static final List<String> HEADER =
      List.of(
          "cache",
          "contender",
          "hit %",
          "byte hit %",
          "read",
          "written",
          "written/read",
          "deleted",
          "refused",
          "throughput/day",
          "req/s");

  private ReportTable() {}

  static String render(ReplayReport report) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(HEADER);
    for (SimulationResult row : report.rows()) {
      lines.add(line(row));
    }
    StringBuilder text = new StringBuilder(headline(report.setting()));
    for (List<String> line : lines) {
      StringBuilder aligned = new StringBuilder();
      for (int column = 0; column < line.size(); column++) {
        int width = width(lines, column);
        aligned.append(
            format(column < 2 ? "%-" + width + "s  " : "%" + width + "s  ", line.get(column)));
      }
      text.append(aligned.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private static String headline(ReplayReport.Setting setting) {
    String text =
        format(
            "%,d requests for %,d files of %s; counted are %,d from %s to %s (%s)%n",
            setting.requests(),
            setting.files(),
            bytes(setting.distinctBytes()),
            setting.requests() - setting.warmUp(),
            setting.countedFrom(),
            setting.countedTo(),
            setting.warmUpRule());
    if (setting.reordered() > 0) {
      text += format("%,d records came out of time order and were sorted%n", setting.reordered());
    }
    if (setting.leftOut() > 0) {
      text += format("%,d records of files without a size were left out%n", setting.leftOut());
    }
    if (setting.borrowed() > 0) {
      text +=
          format(
              "%,d records without a file size have that of another record of the file%n",
              setting.borrowed());
    }
    return text.replace("\r\n", "\n");
  }

  private static List<String> line(SimulationResult row) {
    Tally tally = row.tally();
    return List.of(
        row.cache(),
        row.contender(),
        format("%.2f", tally.hitRatio() * 100),
        format("%.2f", tally.byteHitRatio() * 100),
        bytes(tally.bytesAsked()),
        bytes(tally.bytesWritten()),
        format("%.3f", tally.writesPerByteRead()),
        bytes(tally.bytesDeleted()),
        format("%,d", tally.refused()),
        Double.isNaN(row.throughput()) ? "-" : format("%.3f", row.throughput()),
        format("%,.0f", row.requestsPerSecond()));
  }

  private static int width(List<List<String>> lines, int column) {
    return lines.stream().mapToInt(line -> line.get(column).length()).max().orElse(1);
  }

  private static String bytes(long bytes) {
    return new DataSize(bytes).toString();
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
