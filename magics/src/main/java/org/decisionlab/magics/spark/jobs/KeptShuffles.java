// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.jobs;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.decisionlab.kernel.cell.CarriedCode;
import org.decisionlab.kernel.cell.CarriedListener;
import org.decisionlab.kernel.cell.CarriedMoment;
import org.decisionlab.kernel.cell.CarriedPresent;
import org.decisionlab.kernel.cell.CellContext;
import org.decisionlab.kernel.cell.CellListener;
import org.decisionlab.kernel.cell.KernelScope;
import org.decisionlab.magics.spark.jobs.CellJobs.Heard;
import org.decisionlab.magics.spark.jobs.JobEvent.PlannedStage;
import org.jspecify.annotations.Nullable;

/**
 * What a shuffle has written Spark does not compute again, whatever has changed since. Before an
 * action, what was written with former values of variables is forgotten, so that it is computed
 * anew where the action needs it. Where that cannot be (a job runs that may read it, or it lies
 * below what the user has cached), the cell says that its result has an earlier value.
 *
 * <p>What has been written is known from Spark's events. Where some were lost or are late, and of
 * the oldest shuffles, since memory is bounded, nothing is known, and they are computed anew.
 */
public final class KeptShuffles implements CellListener {

  private static final String SCHEDULER = "dag-scheduler-event-loop";

  /** Begins the names of the threads that serialize tasks, with the elements of their RDDs. */
  private static final String TASKS = "dispatcher-";

  private static final int MOST = 1000;
  private static final Duration EVENTS = Duration.ofSeconds(5);

  /** While events are late, so that not every action waits for long. */
  private static final Duration LATE_EVENTS = Duration.ofSeconds(1);

  private final CellJobs jobs;
  private volatile Supplier<CarriedPresent> present = () -> moment -> Set.of();
  private volatile @Nullable CarriedCode carried;
  private final StageMoments moments =
      new StageMoments(System::currentTimeMillis, System::nanoTime);
  private final PlannedStages planned = new PlannedStages();
  private final Map<Integer, KeptShuffle> shuffles = new LinkedHashMap<>();
  private final StaleResults stale = new StaleResults();
  private final HeldStates held = new HeldStates();
  private final SharedShuffles shared = new SharedShuffles(planned, moments, held, shuffles);
  private final RanQueries queries = new RanQueries();

  /** Those of which it was said that nothing is known. */
  private final Set<Integer> told = new HashSet<>();

  private final CarriedListener listener =
      new CarriedListener() {
        @Override
        public void carried(CarriedMoment moment) {
          take(moment);
        }

        @Override
        public @Nullable Object beforeAction(@Nullable Object data) {
          return currentOf(data);
        }
      };

  private @Nullable SparkContext context;
  private long lost;
  private boolean late;

  /** What has been found as it was right before the job to come, which need not be asked again. */
  private Set<Integer> looked = Set.of();

  /**
   * @param jobs tells what jobs do
   */
  public KeptShuffles(CellJobs jobs) {
    this.jobs = jobs;
    jobs.tell(this::accept);
  }

  /** Follows the code of the cells. */
  public void follow(KernelScope scope) {
    carried = scope.carried();
    present = scope.carried()::present;
    scope.addListener(this);
    scope.carried().addListener(listener);
  }

  /** Does so no more. */
  public void leave(KernelScope scope) {
    scope.carried().removeListener(listener);
    scope.removeListener(this);
  }

  /** Forgets what belongs to an earlier session, whose shuffles had the same numbers. */
  public synchronized void adopt(SparkContext started) {
    if (started != context) {
      context = started;
      moments.clear();
      planned.clear();
      shuffles.clear();
      stale.clear();
      held.clear();
      looked = Set.of();
      queries.clear();
      told.clear();
      lost = 0;
      late = false;
    }
  }

  /** Hears of a function that is being serialized. */
  private void take(CarriedMoment moment) {
    String thread = Thread.currentThread().getName();
    if (thread.equals(SCHEDULER) || thread.startsWith(TASKS)) {
      moments.carried(moment, thread.equals(SCHEDULER));
    }
  }

  /**
   * Something may be computed, by code of a cell, by a magic or for a display: what was written
   * with former values is to be written anew.
   */
  public void beforeAction() {
    currentOf(null);
  }

  /**
   * The same, of known data: what other data are made of is not looked at.
   *
   * @param data an RDD or dataset, anything else, or {@code null}
   * @return the object whose data are of now
   */
  private @Nullable Object currentOf(@Nullable Object data) {
    SparkContext running = session();
    if (running == null || running.isStopped() || TaskContext.get() != null) {
      return data;
    }
    Map<Integer, Long> states = states(data);
    WrittenShuffles written = new WrittenShuffles(running);
    if (states.isEmpty() && isPlain(written)) {
      return data;
    }
    Heard heard = jobs.awaitEvents(limit());
    return forgetFormer(written, heard, data, states);
  }

  /** Whether no function of a cell has been seen so far. */
  private synchronized boolean isPlain(WrittenShuffles written) {
    shuffles.keySet().removeIf(each -> !written.has(each));
    return moments.isEmpty() && held.isEmpty();
  }

  private synchronized Duration limit() {
    return late ? LATE_EVENTS : EVENTS;
  }

  /** What the functions of cells hold by themselves now, for each shuffle below the data's RDDs. */
  private Map<Integer, Long> states(@Nullable Object data) {
    CarriedCode code = carried;
    Map<Integer, Long> states = new HashMap<>();
    if (code != null) {
      WrittenShuffles.of(data)
          .forEach(
              (id, shuffle) ->
                  code.stateOf(RddFunctions.of(shuffle), RddFunctions::isSparks)
                      .ifPresent(state -> states.put(id, state)));
    }
    return states;
  }

  private synchronized @Nullable SparkContext session() {
    return context;
  }

  private synchronized @Nullable Object forgetFormer(
      WrittenShuffles written, Heard heard, @Nullable Object data, Map<Integer, Long> states) {
    Set<Integer> below = WrittenShuffles.below(data);
    held.found(states, below != null, System.currentTimeMillis());
    late = heard == Heard.NOT_ALL;
    long lostNow = written.lostEvents();
    if (late || lostNow != lost) {
      lost = lostNow;
      knowNothing(written);
    }
    if (late || lost > 0) {
      endUntold(written);
    }
    shuffles.keySet().removeIf(each -> !written.has(each));
    looked = Set.of();
    CarriedPresent now = present.get();
    Set<Integer> joined = shared.joined(written, data, now);
    Object current = queries.present(data, now, () -> shared.formerQueries(now));
    if (!written.isRead()
        && shuffles.keySet().stream().anyMatch(each -> below == null || below.contains(each))) {
      forgetFormer(written, below, now);
    }
    joined.addAll(looked);
    looked = joined;
    return current;
  }

  /**
   * Some events were lost: what has been written may have been computed with anything. What stays,
   * because it lies below what is cached, is told of once.
   */
  private void knowNothing(WrittenShuffles written) {
    Set<Integer> kept = written.belowKept();
    for (int each : written.all()) {
      if (!kept.contains(each)) {
        KeptShuffle known = shuffles.get(each);
        shuffles.put(each, known == null ? KeptShuffle.UNKNOWN : known.asUnknown());
      } else if (told.add(each)) {
        stale.keptUnknown();
      }
    }
    told.retainAll(kept);
    queries.lost();
  }

  /** Where Spark runs no job, what was begun has ended, also if that was not told. */
  private void endUntold(WrittenShuffles written) {
    if (!written.isRead()) {
      moments.forgetStages();
      planned.clear();
      stale.allEnded();
    }
  }

  private void forgetFormer(
      WrittenShuffles written, @Nullable Set<Integer> below, CarriedPresent now) {
    Set<Integer> kept = written.belowKept();
    Map<Integer, Set<String>> former = new HashMap<>();
    Set<Integer> unchanged = new HashSet<>();
    shuffles.forEach(
        (id, each) -> {
          if (below == null || below.contains(id)) {
            Set<String> names = each.changed(now, held.current(id));
            if (names.isEmpty()) {
              unchanged.add(id);
            } else {
              former.put(id, names);
            }
          }
        });
    Deque<Integer> waiting = new ArrayDeque<>(former.keySet());
    while (!waiting.isEmpty()) {
      int id = waiting.remove();
      KeptShuffle each = shuffles.get(id);
      if (each != null && !kept.contains(id) && WrittenShuffles.isOver(each.work())) {
        shuffles.remove(id);
        written.forget(id);
        madeOf(id, former.getOrDefault(id, Set.of()))
            .forEach(
                (child, names) -> {
                  former.merge(child, names, KeptShuffle::both);
                  waiting.add(child);
                });
      }
    }
    unchanged.removeAll(former.keySet());
    looked = unchanged;
  }

  /**
   * What is made of a shuffle is former when that is, also where the action has nothing to do with
   * it: once the shuffle is written anew, its own functions do not tell any more.
   *
   * @return why, for each shuffle that is made of it
   */
  private Map<Integer, Set<String>> madeOf(int shuffle, Set<String> changed) {
    Map<Integer, Set<String>> children = new HashMap<>();
    shuffles.replaceAll(
        (id, each) -> {
          if (!each.parents().contains(shuffle)) {
            return each;
          }
          KeptShuffle child = each.because(changed);
          children.put(id, child.former());
          return child;
        });
    return children;
  }

  @Override
  public void cellEnded(CellContext cell) {
    if (isIdle()) {
      return;
    }
    jobs.awaitEvents();
    takeFound(jobs.key()).forEach(cell.err()::println);
  }

  private synchronized boolean isIdle() {
    return stale.isEmpty() && shuffles.values().stream().noneMatch(KeptShuffle::isComputed);
  }

  private synchronized List<String> takeFound(String cell) {
    return stale.take(cell);
  }

  private synchronized void accept(JobEvent event) {
    if (event instanceof JobEvent.JobStarted started) {
      start(started);
    } else if (event instanceof JobEvent.StageSubmitted stage) {
      moments.submitted(stage.key(), stage.at());
      planned.submitted(stage.key(), held.at(planned.shuffle(stage.key().stage()), stage.at()));
      stale.computed(stage.key().stage(), stage.tasks());
    } else if (event instanceof JobEvent.StageEnded stage) {
      end(stage);
    } else if (event instanceof JobEvent.JobEnded ended) {
      end(ended);
    } else if (event instanceof JobEvent.QueryEnded ended) {
      queries.ended(ended.work(), ended.query());
    }
  }

  private void start(JobEvent.JobStarted started) {
    String work = started.origin().work();
    CarriedPresent now = present.get();
    Set<Integer> unchanged = looked;
    looked = Set.of();
    Map<PlannedStage, Set<String>> old = shared.refuse(context, started, now, unchanged);
    planned.started(started);
    for (PlannedStage stage : started.stages()) {
      KeptShuffle kept = shuffles.get(stage.shuffle());
      // An adaptive query uses what it has written itself.
      if (kept == null || kept.work().equals(work)) {
        continue;
      }
      queries.ran(work, kept.moments(), kept.unknown() || !kept.former().isEmpty());
      if (!unchanged.contains(stage.shuffle())) {
        Set<String> changed = kept.changed(now, held.current(stage.shuffle()));
        if (!changed.isEmpty()) {
          old.merge(stage, changed, KeptShuffle::both);
        }
      }
    }
    stale.started(started, old);
  }

  /** Also one that has failed or was cancelled has written what Spark does not compute again. */
  private void end(JobEvent.StageEnded stage) {
    int number = stage.key().stage();
    StageMoments.Functions ran = moments.ended(stage.key());
    planned.ended(stage.key());
    planned.works(number).forEach(each -> queries.ran(each, ran.moments(), ran.unknown()));
    if (stage.shuffle() >= 0) {
      KeptShuffle before = shuffles.remove(stage.shuffle());
      Set<String> changed =
          before == null ? Set.of() : before.changed(present.get(), held.current(stage.shuffle()));
      if (!changed.isEmpty()) {
        madeOf(stage.shuffle(), changed);
      }
      Long state = held.at(stage.shuffle(), ran.from());
      shuffles.put(
          stage.shuffle(),
          new KeptShuffle(
                  planned.work(number),
                  ran.moments(),
                  planned.parents(number),
                  Set.of(),
                  ran.unknown(),
                  state)
              .after(before));
    }
    forgetOldest();
  }

  private void end(JobEvent.JobEnded ended) {
    stale.ended(ended);
    planned
        .abandoned(ended.job())
        .forEach(
            each -> end(new JobEvent.StageEnded(each.key(), each.shuffle(), null, ended.at())));
    planned.ended(ended);
  }

  /** Of the oldest shuffle nothing is remembered but that it is to be computed anew. */
  private void forgetOldest() {
    if (shuffles.values().stream().filter(KeptShuffle::isRemembered).count() > MOST) {
      shuffles.entrySet().stream()
          .filter(each -> each.getValue().isRemembered())
          .findFirst()
          .ifPresent(each -> each.setValue(each.getValue().asUnknown()));
    }
  }
}
