// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.progress;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.decisionlab.kernel.display.HtmlTable;
import org.decisionlab.kernel.display.NumberText;

/** What is known of one loop, and how it is written. Thread safe. */
final class Bar {

  /** Total of a source that does not tell it. */
  static final long UNKNOWN = -1;

  private static final int TEXT_WIDTH = 20;
  private static final double NANOS = 1e9;
  private static final int MOST_LABEL_CHARACTERS = 100;

  private enum State {
    RUNNING,
    FINISHED,
    STOPPED
  }

  private final AtomicLong done = new AtomicLong();
  private final LongSupplier clock;
  private final long started;
  private volatile String label = "";
  private volatile long total;
  private volatile State state = State.RUNNING;
  private volatile long ended;

  /**
   * @param total number of elements, negative when unknown
   * @param clock nanoseconds
   */
  Bar(long total, LongSupplier clock) {
    this.total = total < 0 ? UNKNOWN : total;
    this.clock = clock;
    this.started = clock.getAsLong();
  }

  void label(String text) {
    label =
        text.length() <= MOST_LABEL_CHARACTERS
            ? text
            : text.substring(0, MOST_LABEL_CHARACTERS) + "...";
  }

  void total(long elements) {
    total = elements < 0 ? UNKNOWN : elements;
  }

  void add(long elements) {
    done.addAndGet(elements);
    if (state == State.STOPPED) {
      state = State.RUNNING;
    }
    if (isComplete() && state == State.RUNNING) {
      end(true);
    }
  }

  boolean isComplete() {
    return total != UNKNOWN && done.get() >= total;
  }

  boolean isRunning() {
    return state == State.RUNNING;
  }

  /** Ends the bar, once. */
  void end(boolean finished) {
    if (state == State.RUNNING) {
      ended = clock.getAsLong();
      state = finished ? State.FINISHED : State.STOPPED;
    }
  }

  /** One line of text. */
  String text() {
    String head = label.isEmpty() ? "" : label + ": ";
    if (state != State.RUNNING) {
      return head + outcome();
    }
    if (total <= 0) {
      return head + numbers();
    }
    int filled = (int) (share() * TEXT_WIDTH);
    String drawn = "#".repeat(filled) + " ".repeat(TEXT_WIDTH - filled);
    return head + percent() + " % [" + drawn + "] " + numbers();
  }

  /** A line of HTML; the label is escaped. */
  String html() {
    String head = label.isEmpty() ? "" : "<span>" + HtmlTable.escape(label) + "</span>";
    if (state != State.RUNNING) {
      String colour =
          state == State.FINISHED ? "--jp-success-color1,#388e3c" : "--jp-warn-color1,#f57c00";
      String sign = state == State.FINISHED ? "&#10003;" : "&#9632;";
      return "<div class=\"decisionlab-progress\"><span style=\"color:var("
          + colour
          + ")\">"
          + sign
          + "</span>"
          + head
          + "<span>"
          + outcome()
          + "</span></div>";
    }
    String drawn = total > 0 ? drawing() : "";
    String percent = total > 0 ? percent() + "&nbsp;% &middot; " : "";
    return "<div class=\"decisionlab-progress\">"
        + head
        + drawn
        + "<span>"
        + percent
        + numbers()
        + "</span></div>";
  }

  private String drawing() {
    return "<div class=\"dl-bar\" role=\"progressbar\" aria-valuemin=\"0\" aria-valuemax=\"100\""
        + " aria-valuenow=\""
        + percent()
        + "\" aria-label=\""
        + HtmlTable.escapeAttribute(label)
        + "\"><div style=\"width:"
        + percent()
        + "%\"></div></div>";
  }

  private String numbers() {
    double seconds = seconds(clock.getAsLong());
    long now = done.get();
    StringBuilder text = new StringBuilder(NumberText.count(now));
    if (total != UNKNOWN) {
      text.append(" of ").append(NumberText.count(total));
    }
    if (now > 0 && seconds > 0) {
      text.append(", ").append(rate(now, seconds));
      if (total > now) {
        text.append(", ")
            .append(NumberText.duration((total - now) * seconds / now))
            .append(" left");
      }
    } else {
      text.append(", ").append(NumberText.duration(seconds));
    }
    return text.toString();
  }

  private String outcome() {
    double seconds = seconds(ended);
    long now = done.get();
    String count = NumberText.count(now);
    String rate = now > 0 && seconds > 0 ? ", " + rate(now, seconds) : "";
    if (state == State.FINISHED) {
      return count + " in " + NumberText.duration(seconds) + rate;
    }
    String of = total == UNKNOWN ? "" : " of " + NumberText.count(total);
    return "stopped after " + count + of + ", " + NumberText.duration(seconds) + rate;
  }

  private double seconds(long at) {
    return (at - started) / NANOS;
  }

  private double share() {
    return total <= 0 ? 0 : Math.min(1, (double) done.get() / total);
  }

  /** Rounded down: 100 means all. */
  private int percent() {
    return (int) (share() * 100);
  }

  private static String rate(long count, double seconds) {
    double rate = count / seconds;
    if (rate >= 100) {
      return NumberText.count(Math.round(rate)) + "/s";
    }
    return rate >= 0.1 ? NumberText.of(rate, 2) + "/s" : NumberText.of(rate * 60, 2) + "/min";
  }
}
