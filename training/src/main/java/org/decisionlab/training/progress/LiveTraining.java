// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.progress;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Consumer;

/**
 * A training as it is shown in every place that there is. A place that fails is logged and no
 * longer told: it never ends a training.
 *
 * <pre>{@code
 * try (LiveTraining live = LiveTraining.begin(outline)) {
 *   ... live.round(round); ...
 *   live.ended("all rounds done");
 * }
 * }</pre>
 */
public final class LiveTraining implements TrainingDisplay, AutoCloseable {

  private static final Logger LOG = System.getLogger(LiveTraining.class.getName());

  private final List<TrainingDisplay> displays = new ArrayList<>();
  private boolean ended;

  private LiveTraining() {}

  /** Begins to show a training in all places that the class path offers. */
  public static LiveTraining begin(TrainingOutline outline) {
    // Not the thread's class loader: a cell may run in one that does not see the services.
    return begin(
        outline,
        ServiceLoader.load(TrainingDisplays.class, TrainingDisplays.class.getClassLoader()));
  }

  /** Begins to show a training in these places. */
  public static LiveTraining begin(
      TrainingOutline outline, Iterable<? extends TrainingDisplays> places) {
    LiveTraining live = new LiveTraining();
    for (TrainingDisplays place : places) {
      try {
        place.open(outline).ifPresent(live.displays::add);
      } catch (RuntimeException e) {
        LOG.log(Level.WARNING, "a training is not shown in " + place.getClass().getName(), e);
      }
    }
    return live;
  }

  /** A training that is shown nowhere. */
  public static LiveTraining nowhere() {
    return new LiveTraining();
  }

  @Override
  public void progress(long done, long total) {
    each(display -> display.progress(done, total));
  }

  @Override
  public void round(TrainingRound round) {
    each(display -> display.round(round));
  }

  @Override
  public void ended(String outcome) {
    if (!ended) {
      ended = true;
      each(display -> display.ended(outcome));
    }
  }

  /** Ends what has not ended: the training has failed. */
  @Override
  public void close() {
    ended("failed");
  }

  private void each(Consumer<TrainingDisplay> tell) {
    displays.removeIf(
        display -> {
          try {
            tell.accept(display);
            return false;
          } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "a training is no longer shown by " + display, e);
            return true;
          }
        });
  }
}
