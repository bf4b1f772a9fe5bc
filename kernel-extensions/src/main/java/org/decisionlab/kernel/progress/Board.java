// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.progress;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.decisionlab.kernel.cell.CellContext;
import org.decisionlab.kernel.cell.CellListener;
import org.decisionlab.kernel.cell.DisplayHandle;
import org.decisionlab.kernel.cell.KernelScope;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.jspecify.annotations.Nullable;

/**
 * The bars of one cell, in one display that is updated at most four times a second. The bars of
 * inner loops go when the outer loop goes on; when the cell ends, what still runs has been stopped.
 */
final class Board implements CellListener {

  private static final Executor LATER =
      CompletableFuture.delayedExecutor(250, TimeUnit.MILLISECONDS);
  private static final int MOST_LINES = 12;
  private static final String STYLE =
      """
      <style>\
      .decisionlab-progress{display:flex;align-items:center;gap:8px;font-size:12px;\
      padding:1px 8px;color:var(--jp-content-font-color1,inherit);\
      font-variant-numeric:tabular-nums}\
      .decisionlab-progress .dl-bar{width:220px;height:8px;border-radius:4px;overflow:hidden;\
      background:var(--jp-layout-color3,rgba(128,128,128,.3))}\
      .decisionlab-progress .dl-bar>div{height:100%;background:var(--jp-brand-color1,#1976d2)}\
      </style>""";

  private final CellContext cell;
  private final KernelScope scope;
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final List<Line> lines = new ArrayList<>();
  private @Nullable DisplayHandle display;
  private String shown = "";
  private int folded;

  /** A bar and the thread that began it. */
  private record Line(Bar bar, Thread thread) {}

  private Board(CellContext cell) {
    this.cell = cell;
    this.scope = KernelScope.of(BaseKernel.notebookKernel());
    scope.addListener(this);
    if (cell.ended()) {
      // Nobody will tell: a thread of the cell goes on after it.
      scope.removeListener(this);
    }
  }

  /** The board of a cell. */
  static Board of(CellContext cell) {
    return cell.companion(Board.class, () -> new Board(cell));
  }

  /** Puts a bar on the board, once. */
  synchronized void begin(Bar bar) {
    for (Line line : lines) {
      if (line.bar == bar) {
        return;
      }
    }
    lines.add(new Line(bar, Thread.currentThread()));
    for (int i = 0; i < lines.size() && lines.size() > MOST_LINES; ) {
      if (lines.get(i).bar.isRunning()) {
        i++;
      } else {
        lines.remove(i);
        folded++;
      }
    }
    if (display == null) {
      publish();
    }
  }

  /** A loop goes on: the loops inside of it, begun later by the same thread, are over. */
  synchronized void advanced(Bar outer) {
    Thread thread = Thread.currentThread();
    for (int i = lines.size() - 1; i >= 0 && lines.get(i).bar != outer; i--) {
      if (lines.get(i).thread == thread) {
        lines.remove(i);
      }
    }
  }

  /** Something is new on the board; it is shown soon. */
  void changed() {
    if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
      LATER.execute(
          () -> {
            scheduled.set(false);
            publish();
          });
    }
  }

  @Override
  public void cellEnded(CellContext ended) {
    if (ended != cell) {
      return;
    }
    scope.removeListener(this);
    synchronized (this) {
      lines.forEach(line -> line.bar.end(false));
      publish();
    }
  }

  private synchronized void publish() {
    List<String> html = new ArrayList<>();
    List<String> text = new ArrayList<>();
    for (Line line : lines.subList(0, Math.min(lines.size(), MOST_LINES))) {
      html.add(line.bar.html());
      text.add(line.bar.text());
    }
    int more = folded + Math.max(0, lines.size() - MOST_LINES);
    if (more > 0) {
      String rest = "and " + more + " more";
      html.add("<div class=\"decisionlab-progress\">" + rest + "</div>");
      text.add(rest);
    }
    String lines = String.join("\n", text);
    if (lines.equals(shown)) {
      return;
    }
    shown = lines;
    DisplayData data = new DisplayData(lines);
    data.putHTML(STYLE + String.join("", html));
    if (display == null) {
      display = cell.display(data);
    } else {
      display.update(data);
    }
  }
}
