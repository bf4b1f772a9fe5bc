// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Closeable;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.fault.RefusedException.Reason;

/** The runs of registered jobs: a few at a time, the latest remembered. Thread safe. */
public final class TrainingRuns implements Closeable {

  /** Runs at a time. */
  public static final int MAX_RUNNING = 2;

  private static final System.Logger LOG = System.getLogger(TrainingRuns.class.getName());
  private static final int MAX_REMEMBERED = 100;
  private static final int MAX_TEXT = 4_096;

  private final SortedMap<String, TrainingJob> jobs;
  private final Clock clock;
  private final Map<String, TrainingRun> runs = new LinkedHashMap<>();

  /** Runs of these jobs, by the model that they train. */
  public TrainingRuns(SortedMap<String, TrainingJob> jobs, Clock clock) {
    this.jobs = new TreeMap<>(jobs);
    this.clock = clock;
  }

  /** Trainings of a model. A model that is not shown to somebody has none for them. */
  public OfModel of(String model, Predicate<String> shown) {
    return new OfModel(model, shown);
  }

  /** The runs of the job of one model, as far as it is shown. */
  public final class OfModel {
    private final String model;
    private final Predicate<String> shown;

    private OfModel(String model, Predicate<String> shown) {
      this.model = model;
      this.shown = shown;
    }

    /**
     * Starts the job.
     *
     * @param arguments values of its parameters
     * @param by who starts it
     * @throws RefusedException when there is no such job, it has no such parameter, or too many run
     */
    public TrainingRun.View start(JsonNode arguments, String by) {
      return TrainingRuns.this.start(job(), arguments, by);
    }

    /**
     * Runs for the model, the oldest first.
     *
     * @throws RefusedException when no job is registered for it
     */
    public List<TrainingRun.View> list() {
      return TrainingRuns.this.list(job().model());
    }

    /**
     * One run.
     *
     * @throws RefusedException when there is none
     */
    public TrainingRun.View get(String id) {
      return run(id).view();
    }

    /**
     * Ends a run, with all processes that it started. Takes as long as they need to end.
     *
     * @throws RefusedException when there is none
     */
    public TrainingRun.View cancel(String id) {
      TrainingRun run = run(id);
      run.cancel();
      return run.view();
    }

    private TrainingJob job() {
      TrainingJob job = shown.test(model) ? jobs.get(model) : null;
      if (job == null) {
        throw new RefusedException(
            Reason.UNKNOWN,
            "no training job is registered for model '"
                + model
                + "'; "
                + (jobs.isEmpty()
                    ? "this sidecar has none: --training-jobs names their file"
                    : "there are " + jobs.keySet().stream().filter(shown).toList()));
      }
      return job;
    }

    private TrainingRun run(String id) {
      TrainingRun run;
      synchronized (runs) {
        run = runs.get(id);
      }
      if (run == null || !run.model().equals(model) || !shown.test(model)) {
        throw new RefusedException(
            Reason.UNKNOWN, "no training '" + id + "' of model '" + model + "' is known");
      }
      return run;
    }
  }

  private TrainingRun.View start(TrainingJob job, JsonNode arguments, String by) {
    ObjectNode checked = checked(job, arguments);
    String id = UUID.randomUUID().toString().replace("-", "");
    TrainingRun run = new TrainingRun(id, job, checked, by, clock);
    synchronized (runs) {
      long running = runs.values().stream().filter(TrainingRun::isRunning).count();
      if (running >= MAX_RUNNING) {
        throw new RefusedException(
            Reason.BUSY, running + " training jobs run already; come again when one has ended");
      }
      if (runs.size() >= MAX_REMEMBERED) {
        runs.values().stream()
            .filter(each -> !each.isRunning())
            .findFirst()
            .ifPresent(oldest -> runs.remove(oldest.id()));
      }
      runs.put(id, run);
    }
    Thread thread = new Thread(run::run, "training-" + id);
    thread.setDaemon(true);
    thread.start();
    LOG.log(Level.INFO, "training {0} of {1} was started by {2}", id, job.model(), by);
    return run.view();
  }

  private List<TrainingRun.View> list(String model) {
    List<TrainingRun.View> views = new ArrayList<>();
    synchronized (runs) {
      for (TrainingRun run : runs.values()) {
        if (run.model().equals(model)) {
          views.add(run.view());
        }
      }
    }
    return views;
  }

  /** Ends all that run. */
  @Override
  public void close() {
    List<TrainingRun> all;
    synchronized (runs) {
      all = List.copyOf(runs.values());
    }
    all.forEach(TrainingRun::cancel);
  }

  private static ObjectNode checked(TrainingJob job, JsonNode arguments) {
    ObjectNode checked = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> argument : arguments.properties()) {
      String name = argument.getKey();
      TrainingJob.Parameter parameter = job.parameters().get(name);
      if (parameter == null) {
        throw RefusedException.malformed(
            "the training job of '"
                + job.model()
                + "' has no parameter '"
                + name
                + "'; it has "
                + new TreeMap<>(job.parameters()).keySet());
      }
      checked.set(name, checked(name, parameter.type(), argument.getValue()));
    }
    return checked;
  }

  private static JsonNode checked(String name, TrainingJob.Type type, JsonNode value) {
    boolean fits =
        switch (type) {
          case STRING -> value.isTextual() && value.asText().length() <= MAX_TEXT;
          case INTEGER -> value.isIntegralNumber();
          case NUMBER -> value.isNumber();
          case BOOLEAN -> value.isBoolean();
        };
    if (!fits) {
      throw RefusedException.malformed("'" + name + "' must be of type " + type);
    }
    return value;
  }
}
