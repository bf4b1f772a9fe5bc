// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.training;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.decisionlab.kernel.cell.CellContext;
import org.decisionlab.kernel.cell.DisplayHandle;
import org.decisionlab.kernel.display.HtmlTable;
import org.decisionlab.training.progress.TrainingDisplay;
import org.decisionlab.training.progress.TrainingOutline;
import org.decisionlab.training.progress.TrainingRound;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.jspecify.annotations.Nullable;

/**
 * The trainings of one cell, in one display that is updated at most three times a second: the last
 * one with its charts, those before it with a line each.
 */
final class TrainingBoard {

  private static final int PAUSE_MILLIS = 350;
  private static final int MOST_LINES = 12;
  private static final Executor LATER =
      CompletableFuture.delayedExecutor(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
  private static final String STYLE =
      """
      <style>\
      .decisionlab-training{font-size:12px;padding:1px 8px;\
      color:var(--jp-content-font-color1,inherit);font-variant-numeric:tabular-nums}\
      .decisionlab-training.dl-charts{display:flex;flex-wrap:wrap;gap:8px}\
      .decisionlab-training.dl-charts img{width:%dpx;height:%dpx;max-width:100%%}\
      </style>"""
          .formatted(CurveChart.WIDTH, CurveChart.HEIGHT);

  private final CellContext cell;
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final List<TrainingStory> stories = new ArrayList<>();
  private @Nullable DisplayHandle display;
  private String shown = "";
  private int folded;

  private TrainingBoard(CellContext cell) {
    this.cell = cell;
  }

  /** The board of a cell. */
  static TrainingBoard of(CellContext cell) {
    return cell.companion(TrainingBoard.class, () -> new TrainingBoard(cell));
  }

  /** Puts a training on the board. */
  TrainingDisplay begin(TrainingOutline outline) {
    TrainingStory story = new TrainingStory(outline, System::nanoTime);
    synchronized (stories) {
      stories.add(story);
      for (int i = 0; i < stories.size() && stories.size() > MOST_LINES; ) {
        if (stories.get(i).isRunning()) {
          i++;
        } else {
          stories.remove(i);
          folded++;
        }
      }
    }
    changed();
    return new Pen(story);
  }

  /**
   * Writes what one training tells. The thread that trains never waits for a drawing but the last.
   */
  private final class Pen implements TrainingDisplay {

    private final TrainingStory story;

    Pen(TrainingStory story) {
      this.story = story;
    }

    @Override
    public void progress(long done, long total) {
      story.progress(done, total);
      changed();
    }

    @Override
    public void round(TrainingRound round) {
      story.round(round);
      changed();
    }

    @Override
    public void ended(String outcome) {
      story.ended(outcome);
      publish();
    }
  }

  private void changed() {
    if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
      LATER.execute(
          () -> {
            scheduled.set(false);
            publish();
          });
    }
  }

  private synchronized void publish() {
    List<TrainingStory> all;
    int more;
    synchronized (stories) {
      more = folded + Math.max(0, stories.size() - MOST_LINES);
      all = List.copyOf(stories.subList(Math.max(0, stories.size() - MOST_LINES), stories.size()));
    }
    TrainingStory last = all.get(all.size() - 1);
    List<String> lines = new ArrayList<>();
    if (more > 0) {
      lines.add(more + " earlier trainings");
    }
    all.subList(0, all.size() - 1).forEach(story -> lines.add(story.line()));
    StringBuilder html = new StringBuilder(STYLE);
    lines.forEach(line -> html.append(division(line)));
    lines.add(last.text());
    String text = String.join("\n", lines);
    if (text.equals(shown)) {
      return;
    }
    shown = text;
    html.append(division(last.line())).append(charts(last));
    DisplayData data = new DisplayData(text);
    data.putHTML(html.toString());
    if (display == null) {
      display = cell.display(data);
    } else {
      display.update(data);
    }
  }

  private static String division(String line) {
    return "<div class=\"decisionlab-training\">" + HtmlTable.escape(line) + "</div>";
  }

  private static String charts(TrainingStory story) {
    List<TrainingRound> rounds = story.rounds();
    if (rounds.isEmpty()) {
      return "";
    }
    StringBuilder html = new StringBuilder("<div class=\"decisionlab-training dl-charts\">");
    for (TrainingOutline.Chart chart : story.outline().charts()) {
      String drawn = new CurveChart(chart, story.outline().unit(), rounds).dataUri();
      String words = "chart of " + chart.title() + ": " + String.join(", ", chart.curves());
      html.append("<img src=\"")
          .append(drawn)
          .append("\" alt=\"")
          .append(HtmlTable.escapeAttribute(words))
          .append("\">");
    }
    return html.append("</div>").toString();
  }
}
