// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.dependencies;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.decisionlab.kernel.cell.CellContext;
import org.decisionlab.kernel.cell.DisplayHandle;
import org.decisionlab.kernel.display.Markup;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.eclipse.aether.artifact.Artifact;
import org.jspecify.annotations.Nullable;

/**
 * Resolves on a thread of its own, so that an interrupt of the cell ends the waiting at once and
 * the downloads with it; one display of the cell shows what comes.
 */
final class Resolution {

  private static final long LIMIT_MINUTES = 15;

  private final MavenResolver resolver;
  private final CellContext cell;
  private final Downloads downloads = new Downloads(this::show);
  private final AtomicReference<@Nullable DisplayHandle> display = new AtomicReference<>();

  Resolution(MavenResolver resolver, CellContext cell) {
    this.resolver = resolver;
    this.cell = cell;
  }

  /** The artifacts of a request. */
  List<Artifact> of(MavenRequest request) throws Exception {
    FutureTask<List<Artifact>> task = new FutureTask<>(() -> resolver.resolve(request, downloads));
    Thread thread = new Thread(task, "maven-resolution");
    thread.setDaemon(true);
    thread.start();
    try {
      return task.get(LIMIT_MINUTES, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      downloads.cancel();
      throw e;
    } catch (TimeoutException e) {
      downloads.cancel();
      throw new MagicUsageException("%maven: given up after " + LIMIT_MINUTES + " minutes");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception failure ? failure : e;
    } finally {
      DisplayHandle shown = display.get();
      if (shown != null) {
        String summary = downloads.summary();
        shown.update(Markup.plain("downloaded " + (summary.isEmpty() ? "nothing" : summary)));
      }
    }
  }

  /** Such as {@code (downloaded 3 files, 1.2 MB)}; empty if nothing was. */
  String downloaded() {
    String summary = downloads.summary();
    return summary.isEmpty() ? "" : " (downloaded " + summary + ")";
  }

  private synchronized void show(String line) {
    DisplayHandle shown = display.get();
    if (shown == null) {
      display.set(cell.display(Markup.plain(line)));
    } else {
      shown.update(Markup.plain(line));
    }
  }
}
