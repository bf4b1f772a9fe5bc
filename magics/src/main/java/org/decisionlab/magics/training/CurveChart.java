// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.training;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.decisionlab.kernel.display.HtmlTable;
import org.decisionlab.kernel.display.NumberText;
import org.decisionlab.training.progress.TrainingOutline;
import org.decisionlab.training.progress.TrainingRound;
import org.jspecify.annotations.Nullable;

/**
 * Figures over the rounds of a training as a vector drawing of a few kilobytes. Nothing is behind
 * it, and its colours are readable on white and on JupyterLab's dark page.
 */
final class CurveChart {

  static final int WIDTH = 400;
  static final int HEIGHT = 220;

  /** Equally far from white and from #111111. */
  static final String INK = "#797979";

  /** Blue, orange, green and violet with a contrast of 3 or more to both. */
  static final List<String> CURVES = List.of("#3b82d6", "#d96c00", "#3a9250", "#a062c8");

  private static final int LEFT = 52;
  private static final int RIGHT = 10;
  private static final int TOP = 26;
  private static final int BOTTOM = 34;
  private static final int TICKS = 5;

  /** More points than pixels would only make the notebook heavier. */
  private static final int MOST_POINTS = 200;

  private final TrainingOutline.Chart outline;
  private final String unit;
  private final List<TrainingRound> rounds;
  private final Scale x;
  private final Scale y;

  /**
   * A chart.
   *
   * @param unit what a round is called
   * @param rounds at least one
   */
  CurveChart(TrainingOutline.Chart outline, String unit, List<TrainingRound> rounds) {
    this.outline = outline;
    this.unit = unit;
    this.rounds = rounds;
    this.x = new Scale(1, rounds.get(rounds.size() - 1).number(), LEFT, WIDTH - RIGHT);
    double[] all =
        rounds.stream()
            .flatMap(round -> outline.curves().stream().map(round.figures()::get))
            .filter(value -> value != null && Double.isFinite(value))
            .mapToDouble(Double::doubleValue)
            .sorted()
            .toArray();
    this.y =
        all.length == 0
            ? new Scale(0, 1, HEIGHT - BOTTOM, TOP)
            : new Scale(all[0], all[all.length - 1], HEIGHT - BOTTOM, TOP);
  }

  /** Numbers of one axis and where they are drawn. */
  private record Scale(double low, double high, int from, int to) {

    double at(double value) {
      double range = high - low;
      return range == 0 ? (from + to) / 2.0 : from + (to - from) * (value - low) / range;
    }

    /** Steps of 1, 2 or 5 times a power of ten, so that there are about as many ticks as wanted. */
    double step() {
      double raw = (high - low) / TICKS;
      if (!(raw > 0)) {
        return 1;
      }
      double power = Math.pow(10, Math.floor(Math.log10(raw)));
      double times = raw / power;
      return power * (times <= 1 ? 1 : times <= 2 ? 2 : times <= 5 ? 5 : 10);
    }

    double[] ticks(double smallestStep) {
      double step = Math.max(step(), smallestStep);
      long first = (long) Math.ceil(low / step - 1e-9);
      long last = (long) Math.floor(high / step + 1e-9);
      return first > last
          ? new double[] {low}
          : IntStream.rangeClosed(0, (int) (last - first))
              .mapToDouble(i -> (first + i) * step)
              .toArray();
    }
  }

  /** The drawing as SVG. */
  String svg() {
    StringBuilder svg =
        new StringBuilder(
            """
            <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" \
            font-family="sans-serif" font-size="10" fill="%s">
            <text x="%d" y="13" font-size="11" font-weight="bold">%s</text>
            """
                .formatted(
                    WIDTH, HEIGHT, WIDTH, HEIGHT, INK, LEFT, HtmlTable.escape(outline.title())));
    legend(svg);
    grid(svg);
    for (int i = 0; i < outline.curves().size(); i++) {
      curve(svg, outline.curves().get(i), colour(i));
    }
    best(svg);
    return svg.append("</svg>").toString();
  }

  private static String colour(int curve) {
    return CURVES.get(curve % CURVES.size());
  }

  private void legend(StringBuilder svg) {
    int from = WIDTH - RIGHT;
    for (int i = outline.curves().size() - 1; i >= 0; i--) {
      String name = outline.curves().get(i);
      append(svg, "<text x=\"%d\" y=\"13\" text-anchor=\"end\">", from);
      svg.append(HtmlTable.escape(name)).append("</text>\n");
      from -= 6 * name.length() + 4;
      append(svg, "<rect x=\"%d\" y=\"8\" width=\"12\" height=\"3\"", from - 12);
      append(svg, " fill=\"%s\"/>\n", colour(i));
      from -= 22;
    }
  }

  private void grid(StringBuilder svg) {
    append(svg, "<g stroke=\"%s\" stroke-opacity=\"0.35\" stroke-width=\"0.7\">\n", INK);
    for (double tick : y.ticks(0)) {
      append(svg, "<line x1=\"%d\" x2=\"%d\" ", LEFT, WIDTH - RIGHT);
      append(svg, "y1=\"%.1f\" y2=\"%.1f\"/>\n", y.at(tick), y.at(tick));
    }
    svg.append("</g>\n");
    for (double tick : y.ticks(0)) {
      append(svg, "<text x=\"%d\" y=\"%.1f\" ", LEFT - 5, y.at(tick) + 3);
      append(svg, "text-anchor=\"end\">%s</text>\n", NumberText.of(tick, 4));
    }
    for (double tick : x.ticks(1)) {
      append(svg, "<text x=\"%.1f\" y=\"%d\" ", x.at(tick), HEIGHT - BOTTOM + 14);
      append(svg, "text-anchor=\"middle\">%s</text>\n", NumberText.of(tick, 9));
    }
    append(svg, "<text x=\"%d\" y=\"%d\" ", (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 4);
    svg.append("text-anchor=\"middle\">").append(HtmlTable.escape(unit)).append("</text>\n");
  }

  private void curve(StringBuilder svg, String name, String colour) {
    StringBuilder points = new StringBuilder();
    int count = 0;
    for (TrainingRound round : thinned()) {
      Double value = known(round, name);
      if (value != null) {
        append(points, "%.1f,%.1f ", x.at(round.number()), y.at(value));
        count++;
      }
    }
    String line = points.toString().strip();
    if (count == 1) {
      String[] place = line.split(",", -1);
      append(
          svg, "<circle cx=\"%s\" cy=\"%s\" r=\"3\" fill=\"%s\"/>\n", place[0], place[1], colour);
    } else if (count > 1) {
      append(svg, "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"1.8\"", colour);
      append(svg, " points=\"%s\"/>\n", line);
    }
  }

  /** The best round is a ring on the last curve, which is the one that decides. */
  private void best(StringBuilder svg) {
    String name = outline.curves().get(outline.curves().size() - 1);
    rounds.stream()
        .filter(TrainingRound::best)
        .reduce((a, b) -> b)
        .ifPresent(
            best -> {
              Double value = known(best, name);
              if (value != null) {
                append(svg, "<circle cx=\"%.1f\" cy=\"%.1f\" ", x.at(best.number()), y.at(value));
                append(svg, "r=\"4.5\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\">", INK);
                append(svg, "<title>best: %s %d</title></circle>\n", unit, best.number());
              }
            });
  }

  private static @Nullable Double known(TrainingRound round, String name) {
    Map<String, Double> figures = round.figures();
    Double value = figures.get(name);
    return value != null && Double.isFinite(value) ? value : null;
  }

  private List<TrainingRound> thinned() {
    int size = rounds.size();
    if (size <= MOST_POINTS) {
      return rounds;
    }
    return IntStream.range(0, MOST_POINTS)
        .mapToObj(i -> rounds.get((int) ((long) i * (size - 1) / (MOST_POINTS - 1))))
        .toList();
  }

  private static void append(StringBuilder to, String format, Object... values) {
    to.append(String.format(Locale.ROOT, format, values));
  }

  /**
   * The drawing as the source of an image, which needs no trust and shares no names with others.
   */
  String dataUri() {
    byte[] bytes = svg().getBytes(StandardCharsets.UTF_8);
    return "data:image/svg+xml;base64," + Base64.getEncoder().encodeToString(bytes);
  }
}
