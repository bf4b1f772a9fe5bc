// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.decisionlab.kernel.display.NumberText;
import org.decisionlab.training.progress.TrainingOutline;
import org.decisionlab.training.progress.TrainingRound;
import org.jspecify.annotations.Nullable;

/** What one training has told so far, and how it reads. Thread safe. */
final class TrainingStory {

  private static final double NANOS = 1e9;
  private static final int TABLE_LINES = 8;

  private final TrainingOutline outline;
  private final LongSupplier clock;
  private final long started;
  private final List<TrainingRound> rounds = new ArrayList<>();
  private @Nullable TrainingRound best;
  private @Nullable String outcome;
  private double seconds;
  private long done;
  private long total;

  /**
   * @param clock nanoseconds
   */
  TrainingStory(TrainingOutline outline, LongSupplier clock) {
    this.outline = outline;
    this.clock = clock;
    this.started = clock.getAsLong();
  }

  TrainingOutline outline() {
    return outline;
  }

  synchronized void progress(long stepsDone, long steps) {
    done = stepsDone;
    total = steps;
  }

  synchronized void round(TrainingRound round) {
    rounds.add(round);
    best = round.best() ? round : best;
    done = 0;
  }

  synchronized void ended(String how) {
    outcome = how;
    seconds = (clock.getAsLong() - started) / NANOS;
  }

  synchronized boolean isRunning() {
    return outcome == null;
  }

  synchronized List<TrainingRound> rounds() {
    return List.copyOf(rounds);
  }

  /** One line: how far it is, how good it is. */
  synchronized String line() {
    StringBuilder line = new StringBuilder(outline.title()).append(": ");
    if (outcome == null) {
      line.append(running());
    } else {
      line.append(count(rounds.size())).append(" in ").append(NumberText.duration(seconds));
      line.append(", ").append(outcome);
    }
    if (best != null) {
      line.append("; best is ").append(outline.unit()).append(' ').append(best.number());
      best.figures().forEach((name, value) -> line.append(", ").append(name + " " + four(value)));
    }
    return line.toString();
  }

  private String running() {
    int next = Math.min(rounds.size() + 1, outline.rounds());
    String text = "%s %d of %d".formatted(outline.unit(), next, outline.rounds());
    if (total > 0 && done > 0) {
      text += ", %d %%".formatted(100 * done / total);
    }
    if (rounds.isEmpty()) {
      return text;
    }
    double each = rounds.stream().mapToDouble(TrainingRound::seconds).sum() / rounds.size();
    int left = outline.rounds() - rounds.size();
    text += ", " + NumberText.duration(each) + " each";
    return left == 0 ? text : text + ", at most " + NumberText.duration(left * each) + " left";
  }

  private String count(int number) {
    return number + " " + outline.unit() + (number == 1 ? "" : "s");
  }

  /** The line, and the figures of some rounds as a table: all there is where nothing is drawn. */
  synchronized String text() {
    if (rounds.isEmpty()) {
      return line();
    }
    List<String> names = outline.figures();
    StringBuilder text = new StringBuilder(line()).append('\n');
    text.append(cell(outline.unit(), 7));
    names.forEach(name -> text.append("  ").append(cell(name, width(name))));
    int step = Math.max(1, (rounds.size() + TABLE_LINES - 1) / TABLE_LINES);
    for (int i = (rounds.size() - 1) % step; i < rounds.size(); i += step) {
      TrainingRound round = rounds.get(i);
      text.append('\n').append(cell(String.valueOf(round.number()), 7));
      for (String name : names) {
        Double value = round.figures().get(name);
        text.append("  ").append(cell(value == null ? "" : four(value), width(name)));
      }
    }
    return text.toString();
  }

  private static int width(String name) {
    return Math.max(name.length(), 8);
  }

  private static String cell(String text, int width) {
    return " ".repeat(Math.max(0, width - text.length())) + text;
  }

  private static String four(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }
}
