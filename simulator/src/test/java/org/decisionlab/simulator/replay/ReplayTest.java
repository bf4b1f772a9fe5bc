// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.core.decision.CacheDecision;
import org.decisionlab.core.decision.DecisionPolicy;
import org.decisionlab.simulator.Traces;
import org.decisionlab.simulator.cache.Tally;
import org.decisionlab.simulator.trace.Trace;
import org.junit.jupiter.api.Test;

class ReplayTest {

  private static final DecisionPolicy SECOND_HIT =
      (access, stats) -> CacheDecision.rule(stats.accesses() > 0);

  @Test
  void theWarmUpFillsTheCacheAndTheHistoryAndIsNotCounted() {
    ReplayReport report =
        Replay.of(Traces.records("a b a b a c c"))
            .warmUpUntil(Traces.START.plusSeconds(120))
            .cache("10B")
            .run(Contender.lru(), Contender.lru().admitting("second", SECOND_HIT));
    assertThat(report.setting().warmUp()).isEqualTo(2);
    assertThat(report.setting().countedFrom()).isEqualTo(Traces.START.plusSeconds(120));
    assertThat(report.row("LRU").tally()).isEqualTo(new Tally(5, 4, 5, 4, 1, 0, 0, 0));
    assertThat(report.row("second").tally()).isEqualTo(new Tally(5, 1, 5, 1, 3, 0, 1, 0));
  }

  @Test
  void rowsComeBySizeThenContender() {
    ReplayReport report =
        Replay.of(Traces.records("a b c a b c"))
            .cache("2B", "3B")
            .run(Contender.lru(), Contender.belady());
    assertThat(report.rows())
        .extracting(r -> r.cache() + " " + r.contender())
        .containsExactly("2B LRU", "2B Belady", "3B LRU", "3B Belady");
    assertThat(report.rows()).extracting(r -> r.tally().hits()).containsExactly(0L, 2L, 3L, 3L);
    assertThat(report.at("3B").row("LRU").capacityBytes()).isEqualTo(3);
    assertThatThrownBy(() -> report.row("LRU")).hasMessageContaining("choose one with at(...)");
    assertThatThrownBy(() -> report.at("4B")).hasMessageContaining("there are: 2B, 3B");
    assertThatThrownBy(() -> report.at("2B").row("ARC")).hasMessageContaining("LRU, Belady");
  }

  @Test
  void resultsDoNotDependOnThreads() {
    Trace trace = Trace.of(Traces.random(7, 20_000, 2_000));
    Replay replay = Replay.of(trace).warmUpShare(1 / 3.0).cache("1%", "5%", "10%", "25%");
    List<Contender> contenders =
        List.of(
            Contender.lru(),
            Contender.fifo(),
            Contender.sieve(),
            Contender.belady(),
            Contender.lru().admitting("LRU + second", SECOND_HIT),
            Contender.sieve().admitting("SIEVE + second", SECOND_HIT));
    List<SimulationResult> one = replay.threads(1).run(contenders).rows();
    List<SimulationResult> many = replay.threads(8).run(contenders).rows();
    assertThat(many)
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("requestsPerSecond")
        .isEqualTo(one);
  }

  @Test
  void aPolicyIsAskedByOneThreadAtATime() {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    DecisionPolicy watched =
        (access, stats) -> {
          most.accumulateAndGet(inside.incrementAndGet(), Math::max);
          inside.decrementAndGet();
          return CacheDecision.rule(true);
        };
    Replay.of(Traces.random(8, 20_000, 2_000))
        .cache("1%", "2%", "5%", "10%")
        .threads(8)
        .run(Contender.lru().admitting("a", watched), Contender.fifo().admitting("b", watched));
    assertThat(most).hasValue(1);
  }

  @Test
  void daysAndBlocksSumToTheWhole() {
    List<AccessRecord> records =
        Traces.random(9, 5_000, 300).stream()
            .map(
                r ->
                    AccessRecord.of(
                        r.lfn(),
                        Traces.START.plusSeconds(
                            (r.openedAt().getEpochSecond() - Traces.START.getEpochSecond()) * 60),
                        r.sizeBytes()))
            .toList();
    SimulationResult row = Replay.of(records).warmUpShare(0.3).run(Contender.sieve()).row("SIEVE");
    assertThat(row.days()).hasSize(3);
    assertThat(row.days().get(0).start()).isEqualTo("2018-05-02T00:00:00Z");
    assertThat(row.days().stream().map(PeriodResult::tally).reduce(Tally.NOTHING, Tally::plus))
        .isEqualTo(row.tally());
    assertThat(row.blocks()).hasSize(24);
    assertThat(row.blocks().stream().reduce(Tally.NOTHING, Tally::plus)).isEqualTo(row.tally());
  }

  @Test
  void throughputIsWhatWasServedLessWhatWasWrittenPerCapacityAndDay() {
    SimulationResult row =
        Replay.of(Traces.records("a:2 a:2 a:2 b:3")).cache("10B").run(Contender.lru()).row("LRU");
    double days = 3 / (24 * 60.0); // four requests, a minute apart
    assertThat(row.throughput()).isCloseTo((4 - 5) / 10.0 / days, within(1e-9));
  }

  /** Days without requests are time in which the cache gained nothing; parts of days are parts. */
  @Test
  void throughputIsPerMeasuredTimeWhateverDaysHaveRequests() {
    Instant noon = Traces.START.plus(Duration.ofHours(12));
    List<AccessRecord> records =
        List.of(
            AccessRecord.of("a", noon, 2L),
            AccessRecord.of("a", noon.plus(Duration.ofHours(6)), 2L),
            AccessRecord.of("a", noon.plus(Duration.ofHours(84)), 2L));
    SimulationResult row = Replay.of(records).cache("10B").run(Contender.lru()).row("LRU");
    assertThat(row.days()).hasSize(2);
    assertThat(row.span()).isEqualTo(Duration.ofHours(84));
    assertThat(row.throughput()).isCloseTo((4 - 2) / 10.0 / 3.5, within(1e-12));
  }

  @Test
  void withoutTimeThereIsNoThroughput() {
    ReplayReport report = Replay.of(Traces.records("a")).cache("10B").run(Contender.lru());
    assertThat(report.row("LRU").throughput()).isNaN();
    assertThat(ReportFormat.JSON.render(report)).contains("\"throughput_per_day\" : null");
    assertThat(ReportFormat.CSV.render(report)).contains(",1.0,,").doesNotContain("NaN");
    assertThat(ReportFormat.TABLE.render(report)).doesNotContain("NaN");
  }

  @Test
  void whatCannotBeRunIsRefused() {
    Replay replay = Replay.of(Traces.records("a b")).cache("2B");
    assertThatThrownBy(() -> replay.run(Contender.lru(), Contender.lru()))
        .hasMessageContaining("two contenders are called 'LRU'");
    assertThatThrownBy(replay::run).hasMessageContaining("at least one contender");
    assertThatThrownBy(() -> replay.warmUpUntil(Traces.START.plusSeconds(61)).run(Contender.lru()))
        .hasMessageContaining("leaves no request to count");
    assertThatThrownBy(() -> replay.warmUpShare(1)).hasMessageContaining("below 1");
  }

  @Test
  void anInterruptEndsTheReplayAndItsThreads() throws InterruptedException {
    Thread caller = Thread.currentThread();
    CountDownLatch ended = new CountDownLatch(1);
    DecisionPolicy endless =
        (access, stats) -> {
          caller.interrupt();
          try {
            boolean never = new CountDownLatch(1).await(5, TimeUnit.MINUTES);
            return CacheDecision.rule(never);
          } catch (InterruptedException e) {
            ended.countDown();
            throw new IllegalStateException(e);
          }
        };
    Replay replay = Replay.of(Traces.records("a b")).cache("2B");
    Contender contender = Contender.lru().admitting("endless", endless);
    assertThatThrownBy(() -> replay.run(contender)).isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(ended.await(2, TimeUnit.MINUTES)).isTrue();
  }

  @Test
  void anInterruptedThreadStartsNoReplay() {
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> Replay.of(Traces.records("a b")).run(Contender.lru()))
          .isInstanceOf(CancellationException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }
}
