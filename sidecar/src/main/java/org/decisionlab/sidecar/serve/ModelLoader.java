// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.bundle.FeatureFile;
import org.decisionlab.models.bundle.GoldenReport;
import org.decisionlab.models.bundle.GoldenRow;
import org.decisionlab.models.bundle.ModelCard;
import org.decisionlab.models.engine.Engine;
import org.decisionlab.models.engine.Engines;
import org.decisionlab.models.engine.LoadedModel;
import org.decisionlab.models.engine.ModelFile;
import org.decisionlab.models.engine.TensorSpec;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.fault.RefusedException.Reason;
import org.decisionlab.sidecar.store.ModelName;
import org.jspecify.annotations.Nullable;

/**
 * Loads models into the first engine that can, and compares their answers with what is known of
 * them. Each is loaded in a thread of its own with a limit of time, so that one that never ends
 * harms no other. Thread safe.
 */
final class ModelLoader implements Closeable {

  private static final System.Logger LOG = System.getLogger(ModelLoader.class.getName());

  /** Loads under way, those included that nobody waits for any more. */
  private static final int MAX_LOADS = 4;

  private static final int COMPARED_ROWS = 16;
  private static final double TOLERANCE = 1e-5;

  private final Engines engines;
  private final Duration limit;
  private final ExecutorService threads;

  ModelLoader(Engines engines, Duration limit) {
    this.engines = engines;
    this.limit = limit;
    this.threads =
        new ThreadPoolExecutor(
            0,
            MAX_LOADS,
            10,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> {
              Thread thread = new Thread(task, "load");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Loads and verifies a model.
   *
   * @param name name it is to have
   * @param folder its files
   * @throws RefusedException when it cannot be served, or does not load in time
   */
  LoadedVersion load(ModelName name, Path folder) throws IOException {
    AtomicBoolean abandoned = new AtomicBoolean();
    FutureTask<LoadedVersion> task =
        new FutureTask<>(
            () -> {
              LoadedVersion loaded = loadNow(name, folder);
              if (!abandoned.compareAndSet(false, true)) {
                loaded.rows().close();
              }
              return loaded;
            });
    try {
      threads.execute(task);
      return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      throw new RefusedException(
          Reason.BUSY, MAX_LOADS + " models are being loaded already; come again");
    } catch (TimeoutException e) {
      if (abandoned.compareAndSet(false, true)) {
        // Not tried again by itself: each attempt that never ends takes a place for ever.
        throw new RefusedException(
            Reason.UNSOUND, "model '" + name + "' did not load within " + limit.toSeconds() + " s");
      }
      return finished(task, name);
    } catch (InterruptedException e) {
      abandoned.set(true);
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while loading model " + name, e);
    } catch (ExecutionException e) {
      throw refusal(name, e);
    }
  }

  /** It ended at the very moment at which the time was up. */
  private static LoadedVersion finished(FutureTask<LoadedVersion> task, ModelName name)
      throws IOException {
    try {
      return task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while loading model " + name, e);
    } catch (ExecutionException e) {
      throw refusal(name, e);
    }
  }

  private static RuntimeException refusal(ModelName name, ExecutionException e) throws IOException {
    Throwable cause = e.getCause();
    if (cause instanceof ModelFormatException) {
      return RefusedException.malformed(
          "model '" + name + "' cannot be read: " + cause.getMessage());
    }
    if (cause instanceof IOException io) {
      throw io;
    }
    if (cause instanceof RuntimeException fault) {
      return fault;
    }
    if (cause instanceof OutOfMemoryError || cause instanceof StackOverflowError) {
      return RefusedException.passing(
          Reason.UNSOUND, "model '" + name + "' does not fit into memory: " + cause);
    }
    throw new IOException("model " + name + " cannot be loaded: " + cause, cause);
  }

  private LoadedVersion loadNow(ModelName name, Path folder) throws IOException {
    ModelFolder files = ModelFolder.of(name, folder);
    List<String> reasons = new ArrayList<>();
    for (Engine engine : engines.inOrder()) {
      for (ModelFile form : files.forms()) {
        RowModel rows = attempt(engine, form, reasons);
        if (rows != null) {
          return verified(files, engine, form, rows);
        }
      }
    }
    throw RefusedException.malformed(
        "model '" + name + "' cannot be read: " + String.join("; ", reasons));
  }

  private @Nullable RowModel attempt(Engine engine, ModelFile form, List<String> reasons)
      throws IOException {
    if (!engine.description().formats().contains(form.format())) {
      if (!engines.formats().contains(form.format())) {
        reasons.add("no engine for " + form.format() + " is installed in this sidecar");
      }
      return null;
    }
    try {
      return new RowModel(engine.load(form));
    } catch (ModelFormatException e) {
      reasons.add(engine.description().name() + ": " + e.getMessage());
    } catch (LinkageError e) {
      LOG.log(Level.ERROR, "engine " + engine.description() + " cannot be used here", e);
      reasons.add(engine.description().name() + " cannot be used on this machine");
    }
    return null;
  }

  private LoadedVersion verified(ModelFolder files, Engine engine, ModelFile form, RowModel rows)
      throws IOException {
    boolean kept = false;
    try {
      String check = check(files, engine, form, rows);
      LoadedVersion loaded =
          new LoadedVersion(
              files.params(),
              engine.description(),
              rows,
              features(files),
              files.card(),
              check,
              Cost.of(rows));
      kept = true;
      return loaded;
    } finally {
      if (!kept) {
        rows.close();
      }
    }
  }

  private static List<String> features(ModelFolder files) {
    ModelCard card = files.card();
    FeatureFile features = files.features();
    if (card != null) {
      return card.features().names();
    }
    return features == null ? List.of() : features.names();
  }

  private String check(ModelFolder files, Engine engine, ModelFile form, RowModel rows)
      throws IOException {
    ModelCard card = files.card();
    FeatureFile features = files.features();
    int named = features(files).size();
    if (named > 0 && rows.width() != named) {
      throw RefusedException.malformed(
          "model '"
              + files.name()
              + "' takes "
              + (rows.width() == TensorSpec.ANY
                  ? "rows of no fixed size"
                  : rows.width() + " numbers")
              + ", but "
              + named
              + " features are named");
    }
    if (card != null) {
      return passed(files.name(), GoldenReport.of(card, asked(card.goldenRows(), rows)));
    }
    if (features != null && !features.goldenRows().isEmpty()) {
      List<GoldenRow> golden = features.goldenRows();
      return passed(
          files.name(), GoldenReport.of(golden, features.tolerance(), asked(golden, rows)));
    }
    return engine.description().isNative() ? "none" : compared(form, rows);
  }

  /**
   * What the model makes of a row, by the engine that is to answer: all its outputs where the
   * golden rows tell so many numbers, else the one that answers rows.
   */
  private static UnaryOperator<float[]> asked(List<GoldenRow> golden, RowModel rows) {
    GoldenRow first = golden.get(0);
    boolean whole = rows.whole(first.inputArray()).length == first.outputs().size();
    return whole ? rows::whole : rows::answer;
  }

  private static String passed(ModelName name, GoldenReport report) {
    if (!report.passed()) {
      throw new RefusedException(
          Reason.UNSOUND,
          "model '"
              + name
              + "' does not give the answers of its card: the worst of "
              + report.rows()
              + " golden rows, row "
              + report.worstRow()
              + ", differs by "
              + report.largestDifference()
              + ", tolerance "
              + report.tolerance()
              + ": "
              + report.worst());
    }
    return report.rows() + " golden rows";
  }

  /** Compares our own evaluator with an engine that others wrote, where there is one. */
  private String compared(ModelFile form, RowModel rows) throws IOException {
    for (Engine other : engines.inOrder()) {
      if (other.description().isNative() && other.description().formats().contains(form.format())) {
        try (LoadedModel model = other.load(form)) {
          return compared(other, new RowModel(model), rows);
        } catch (ModelFormatException | LinkageError e) {
          LOG.log(Level.INFO, "{0} cannot be asked for comparison: {1}", other.description(), e);
        }
      }
    }
    return "none";
  }

  private static String compared(Engine other, RowModel judge, RowModel rows) {
    float[][] sample = rows.sample(COMPARED_ROWS, COMPARED_ROWS);
    Difference difference = Difference.of(judge.answers(sample), rows.answers(sample));
    if (!(difference.largest() <= TOLERANCE)) {
      throw new RefusedException(
          Reason.UNSOUND,
          "the evaluator in Java and "
              + other.description()
              + " disagree about the model by "
              + difference.largest());
    }
    return other.description().toString();
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
