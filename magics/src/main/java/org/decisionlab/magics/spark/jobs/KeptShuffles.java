// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.jobs;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.decisionlab.kernel.cell.CarriedMoment;
import org.decisionlab.kernel.cell.CarriedPresent;
import org.decisionlab.kernel.cell.CellContext;
import org.decisionlab.kernel.cell.CellListener;
import org.decisionlab.kernel.cell.KernelScope;
import org.decisionlab.magics.spark.jobs.JobEvent.PlannedStage;
import org.decisionlab.magics.spark.jobs.JobEvent.StageKey;
import org.jspecify.annotations.Nullable;

/**
 * What a shuffle has written Spark does not compute again, whatever has changed since. Before an
 * action, what was written with former values of variables is forgotten, so that it is computed
 * anew where the action needs it. Where that cannot be (a job runs that may read it, or it lies
 * below what the user has cached), the cell says that its result has an earlier value.
 *
 * <p>The scheduler of Spark serializes one stage after the other, on a thread of its own and right
 * after it has noted the time: what was carried between that time and the next one belongs to the
 * stage. Memory is bounded: of the oldest shuffles nothing is known any more, and they are computed
 * anew.
 */
public final class KeptShuffles implements CellListener {

  private static final String SCHEDULER = "dag-scheduler-event-loop";
  private static final int MOST = 1000;

  private final CellJobs jobs;
  private volatile Supplier<CarriedPresent> present = () -> moment -> Set.of();
  private final ConcurrentLinkedDeque<Taken> taken = new ConcurrentLinkedDeque<>();
  private final AtomicInteger takenCount = new AtomicInteger();
  private final NavigableSet<Long> starts = new TreeSet<>();
  private final Map<StageKey, Long> submitted = new HashMap<>();
  private final Map<Integer, String> works = new HashMap<>();
  private final Map<Integer, PlannedStage> planned = new HashMap<>();
  private final Map<Integer, KeptShuffle> shuffles = new LinkedHashMap<>();
  private final Map<Integer, Map<Integer, Set<String>>> stale = new HashMap<>();
  private final Map<Integer, String> cells = new HashMap<>();
  private final Map<String, Set<String>> found = new HashMap<>();
  private final RanQueries queries = new RanQueries();
  private @Nullable SparkContext context;
  private volatile long lostUntil;

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
    present = scope.carried()::present;
    scope.addListener(this);
    scope.carried().onCarried(this::carried);
    scope.carried().beforeActions(data -> beforeAction(data));
  }

  /** Forgets what belongs to an earlier session, whose shuffles had the same numbers. */
  public synchronized void adopt(SparkContext started) {
    if (started != context) {
      context = started;
      taken.clear();
      takenCount.set(0);
      starts.clear();
      submitted.clear();
      works.clear();
      planned.clear();
      shuffles.clear();
      stale.clear();
      cells.clear();
      found.clear();
      looked = Set.of();
      queries.clear();
      lostUntil = 0;
    }
  }

  /** Hears of a function that is being serialized. */
  private void carried(CarriedMoment moment) {
    if (!Thread.currentThread().getName().equals(SCHEDULER)) {
      return;
    }
    taken.add(new Taken(System.currentTimeMillis(), moment));
    if (takenCount.incrementAndGet() > MOST) {
      drop(taken.poll());
    }
  }

  /** What belongs to a stage that began before this is not known any more. */
  private void drop(@Nullable Taken oldest) {
    if (oldest != null) {
      takenCount.decrementAndGet();
      lostUntil = Math.max(lostUntil, oldest.at());
    }
  }

  /**
   * Something may be computed, by code of a cell, by a magic or for a display: what was written
   * with former values is to be written anew.
   */
  public void beforeAction() {
    beforeAction(null);
  }

  /**
   * The same, of known data: what other data are made of is not looked at.
   *
   * @param data an RDD or dataset, anything else, or {@code null}
   * @return the object whose data are of now
   */
  private @Nullable Object beforeAction(@Nullable Object data) {
    SparkContext running = session();
    if (takenCount.get() == 0
        || running == null
        || running.isStopped()
        || TaskContext.get() != null) {
      return data;
    }
    jobs.awaitEvents();
    return forgetFormer(new WrittenShuffles(running), data);
  }

  private synchronized @Nullable SparkContext session() {
    return context;
  }

  private synchronized @Nullable Object forgetFormer(
      WrittenShuffles written, @Nullable Object data) {
    shuffles.keySet().removeIf(each -> !written.has(each));
    looked = Set.of();
    CarriedPresent now = present.get();
    Object current = queries.present(data, now);
    Set<Integer> below = WrittenShuffles.below(data);
    if (!written.isRead()
        && shuffles.keySet().stream().anyMatch(each -> below == null || below.contains(each))) {
      forgetFormer(written, below, now);
    }
    return current;
  }

  private void forgetFormer(
      WrittenShuffles written, @Nullable Set<Integer> below, CarriedPresent now) {
    Set<Integer> kept = written.belowKept();
    Map<Integer, Set<String>> former = new HashMap<>();
    Set<Integer> unchanged = new HashSet<>();
    shuffles.forEach(
        (id, each) -> {
          if (below == null || below.contains(id)) {
            Set<String> names = each.changed(now);
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
    Set<String> names = takeFound(jobs.key());
    if (!names.isEmpty()) {
      cell.err()
          .println(
              "'"
                  + String.join("', '", names)
                  + "' changed after Spark had computed a shuffle that this cell used again: its"
                  + " results are those of before; to compute them anew, run the cell that makes"
                  + " the RDD or Dataset");
    }
  }

  private synchronized boolean isIdle() {
    return shuffles.isEmpty();
  }

  private synchronized Set<String> takeFound(String cell) {
    Set<String> names = found.getOrDefault(cell, Set.of());
    found.clear();
    return names;
  }

  private synchronized void accept(JobEvent event) {
    if (event instanceof JobEvent.JobStarted started) {
      start(started);
    } else if (event instanceof JobEvent.StageSubmitted stage) {
      submitted.put(stage.key(), stage.at());
      starts.add(stage.at());
      stale.values().forEach(each -> each.remove(stage.key().stage()));
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
    Map<Integer, Set<String>> old = new HashMap<>();
    CarriedPresent now = present.get();
    Set<Integer> unchanged = looked;
    looked = Set.of();
    for (PlannedStage stage : started.stages()) {
      works.put(stage.stage(), work);
      planned.put(stage.stage(), stage);
      KeptShuffle kept = shuffles.get(stage.shuffle());
      // An adaptive query uses what it has written itself.
      if (kept == null || kept.work().equals(work)) {
        continue;
      }
      queries.ran(work, kept.moments(), kept.unknown() || !kept.former().isEmpty());
      if (!unchanged.contains(stage.shuffle())) {
        Set<String> changed = kept.changed(now);
        if (!changed.isEmpty()) {
          old.put(stage.stage(), changed);
        }
      }
    }
    if (!old.isEmpty()) {
      stale.put(started.job(), old);
      cells.put(started.job(), started.origin().cell());
    }
  }

  private void end(JobEvent.StageEnded stage) {
    Long from = submitted.remove(stage.key());
    String work = works.getOrDefault(stage.key().stage(), "");
    if (from != null && stage.failure() == null) {
      List<CarriedMoment> moments = momentsFrom(from);
      boolean unknown = from <= lostUntil;
      queries.ran(work, moments, unknown);
      if (stage.shuffle() >= 0) {
        KeptShuffle before = shuffles.remove(stage.shuffle());
        Set<String> changed = before == null ? Set.of() : before.changed(present.get());
        if (!changed.isEmpty()) {
          madeOf(stage.shuffle(), changed);
        }
        Set<Integer> parents = parents(stage.key().stage());
        if (unknown || !moments.isEmpty() || parents.stream().anyMatch(shuffles::containsKey)) {
          shuffles.put(stage.shuffle(), new KeptShuffle(work, moments, parents, Set.of(), unknown));
        }
      }
    }
    if (submitted.isEmpty()) {
      starts.clear();
    }
    forgetOldest();
  }

  /** What was carried for the stage that was submitted at a time. */
  private List<CarriedMoment> momentsFrom(long from) {
    Long next = starts.higher(from);
    long to = next == null ? Long.MAX_VALUE : next;
    return taken.stream()
        .filter(each -> each.at() >= from && each.at() < to)
        .map(Taken::moment)
        .toList();
  }

  /** The shuffles that a stage has read. */
  private Set<Integer> parents(int stage) {
    PlannedStage known = planned.get(stage);
    Set<Integer> parents = new HashSet<>();
    if (known != null) {
      for (int each : known.parents()) {
        PlannedStage parent = planned.get(each);
        if (parent != null) {
          parents.add(parent.shuffle());
        }
      }
    }
    return parents;
  }

  private void end(JobEvent.JobEnded ended) {
    Map<Integer, Set<String>> skipped = stale.remove(ended.job());
    String cell = cells.remove(ended.job());
    if (skipped != null && cell != null && ended.failure() == null) {
      skipped.values().forEach(found.computeIfAbsent(cell, key -> new TreeSet<>())::addAll);
    }
    if (submitted.isEmpty()) {
      works.clear();
      planned.clear();
    }
  }

  /** Of the oldest shuffle nothing is remembered but that it is to be computed anew. */
  private void forgetOldest() {
    if (shuffles.values().stream().filter(each -> !each.unknown()).count() > MOST) {
      shuffles.entrySet().stream()
          .filter(each -> !each.getValue().unknown())
          .findFirst()
          .ifPresent(each -> each.setValue(each.getValue().asUnknown()));
    }
  }

  /**
   * A function that the scheduler has serialized.
   *
   * @param at when, in milliseconds since 1970
   * @param moment what it took with it
   */
  private record Taken(long at, CarriedMoment moment) {}
}
