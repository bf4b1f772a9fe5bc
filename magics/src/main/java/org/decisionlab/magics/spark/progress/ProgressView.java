// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.progress;

import java.util.List;
import java.util.Locale;
import org.decisionlab.kernel.display.HtmlTable;

/**
 * What is shown of the Spark jobs of a cell.
 *
 * @param state how they are
 * @param percent share that is done, 0 to 100, or {@link #UNKNOWN}
 * @param counts jobs, stages and tasks
 * @param millis since the first job began, until now or until the last one has ended
 * @param lines the works, the last ones
 * @param earlier number of works before those
 */
record ProgressView(
    State state, int percent, Counts counts, long millis, List<Line> lines, int earlier) {

  /** The share that is done before a first task is known. */
  static final int UNKNOWN = -1;

  private static final String MUTED = "color:var(--jp-ui-font-color2,inherit);opacity:.85";
  private static final String CELL = "padding:0 8px 0 0;border:none;text-align:left;";
  private static final int DESCRIPTION = 100;

  /** How work is. */
  enum State {
    RUNNING("running", "var(--jp-brand-color1,#1976d2)"),
    DONE("done", "var(--jp-success-color1,#388e3c)"),
    FAILED("failed", "var(--jp-error-color1,#d32f2f)"),
    CANCELLED("cancelled", "var(--jp-warn-color1,#f57c00)");

    private final String word;
    private final String colour;

    State(String word, String colour) {
      this.word = word;
      this.colour = colour;
    }
  }

  /**
   * Sums over the cell.
   *
   * @param jobs jobs begun
   * @param stages stages that have run
   * @param skipped stages that need not run
   * @param done tasks done
   * @param tasks tasks of the stages submitted
   * @param running tasks at work
   * @param failed tasks that have failed, retried or not
   */
  record Counts(int jobs, int stages, int skipped, int done, int tasks, int running, int failed) {}

  /**
   * One work: an SQL execution, a stream, a job.
   *
   * @param description what it does
   * @param state how it is
   * @param done tasks done
   * @param tasks tasks of the stages submitted
   * @param failed tasks that have failed, retried or not
   * @param millis how long its jobs have run
   */
  record Line(String description, State state, int done, int tasks, int failed, long millis) {}

  ProgressView {
    lines = List.copyOf(lines);
  }

  /**
   * The view with a link to Spark's own pages.
   *
   * @param view what is shown
   * @param link address of the pages; empty for none
   */
  record Linked(ProgressView view, String link) {

    /** As HTML, in the colours of the theme. */
    String toHtml() {
      return view.html(link);
    }

    @Override
    public String toString() {
      return view.toString();
    }
  }

  private String html(String link) {
    StringBuilder html = new StringBuilder("<div class=\"decisionlab-spark-progress\" style=\"");
    html.append("font-size:var(--jp-ui-font-size1,13px);color:inherit;padding:0 8px\">");
    if (state == State.RUNNING) {
      html.append("<div>").append(HtmlTable.escape(summary())).append(linked(link));
      html.append("</div>").append(bar()).append(table());
    } else {
      html.append("<details><summary style=\"").append(MUTED).append("\">");
      html.append("<span style=\"color:").append(state.colour).append("\">&#9679;</span> ");
      html.append(HtmlTable.escape(summary())).append("</summary>");
      html.append(table()).append(linked(link)).append("</details>");
    }
    return html.append("</div>").toString();
  }

  private String bar() {
    boolean known = percent != UNKNOWN;
    return "<div role=\"progressbar\" aria-label=\"Spark jobs of this cell\""
        + (known
            ? " aria-valuemin=\"0\" aria-valuemax=\"100\" aria-valuenow=\"" + percent + "\""
            : "")
        + " style=\"height:6px;max-width:480px;margin:3px 0;border-radius:3px;overflow:hidden;"
        + "background:var(--jp-layout-color3,rgba(128,128,128,.35))\"><div style=\"height:100%;"
        + (known ? "width:" + percent + "%" : "width:100%;opacity:.35")
        + ";background:"
        + state.colour
        + "\"></div></div>";
  }

  private String table() {
    StringBuilder html = new StringBuilder("<table style=\"border-collapse:collapse;");
    html.append("font-size:12px;").append(MUTED).append("\"><tbody>");
    if (earlier > 0) {
      html.append("<tr><td style=\"").append(CELL).append("\" colspan=\"4\">");
      html.append(earlier).append(" earlier</td></tr>");
    }
    for (Line line : lines) {
      html.append("<tr><td style=\"").append(CELL).append("color:").append(line.state.colour);
      html.append("\">").append(line.state.word).append("</td><td style=\"").append(CELL);
      html.append("\">").append(HtmlTable.escape(shortened(line.description)));
      html.append("</td><td style=\"").append(CELL).append("\">").append(tasks(line));
      html.append("</td><td style=\"").append(CELL).append("\">");
      html.append(seconds(line.millis)).append("</td></tr>");
    }
    return html.append("</tbody></table>").toString();
  }

  private static String linked(String link) {
    return link.isEmpty()
        ? ""
        : " <a href=\""
            + HtmlTable.escapeAttribute(link)
            + "\" target=\"_blank\" rel=\"noopener\">Spark UI</a>";
  }

  /** One line: the share, what was and is done, how long. */
  private String summary() {
    StringBuilder text = new StringBuilder("Spark: ");
    text.append(state == State.RUNNING ? share() : state.word);
    text.append(", ").append(plural(counts.jobs, "job"));
    text.append(", ").append(plural(counts.stages, "stage"));
    if (counts.skipped > 0) {
      text.append(" (").append(counts.skipped).append(" skipped)");
    }
    text.append(", ").append(counts.done).append('/').append(plural(counts.tasks, "task"));
    if (counts.running > 0) {
      text.append(", ").append(counts.running).append(" at work");
    }
    if (counts.failed > 0) {
      text.append(", ").append(counts.failed).append(" failed");
    }
    return text.append(", ").append(seconds(millis)).toString();
  }

  private String share() {
    return percent == UNKNOWN ? "planning" : percent + " %";
  }

  private static String tasks(Line line) {
    return line.done
        + "/"
        + plural(line.tasks, "task")
        + (line.failed == 0 ? "" : ", " + line.failed + " failed");
  }

  private static String plural(int count, String word) {
    return count + " " + word + (count == 1 ? "" : "s");
  }

  static String seconds(long millis) {
    long seconds = millis / 1000;
    return seconds < 60
        ? String.format(Locale.ROOT, "%.1f s", millis / 1000.0)
        : seconds < 3600
            ? String.format(Locale.ROOT, "%d min %d s", seconds / 60, seconds % 60)
            : String.format(Locale.ROOT, "%d h %d min", seconds / 3600, seconds / 60 % 60);
  }

  private static String shortened(String text) {
    String line = text.replaceAll("\\s+", " ").strip();
    return line.length() <= DESCRIPTION ? line : line.substring(0, DESCRIPTION - 1) + "…";
  }

  @Override
  public String toString() {
    return summary();
  }
}
