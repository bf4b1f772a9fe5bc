// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.decisionlab.simulator.Traces;
import org.decisionlab.simulator.policy.Eviction;
import org.decisionlab.simulator.policy.EvictionPolicy;
import org.decisionlab.simulator.trace.Trace;
import org.junit.jupiter.api.Test;

/** The rules of the cache, each on a trace worked out by hand. */
class CacheTest {

  private static Cache lru(Trace trace, long capacity) {
    return new Cache(trace, capacity, Eviction.LRU.create(trace), Admission.ALL);
  }

  private static Tally serveAll(Cache cache, Trace trace) {
    Tally tally = cache.serve(0, trace.requests());
    cache.checkBooks();
    return tally;
  }

  @Test
  void theFirstRequestIsAMissAndTheSecondAHit() {
    Trace trace = Traces.of("a:3 a:3");
    assertThat(serveAll(lru(trace, 10), trace)).isEqualTo(new Tally(2, 1, 6, 3, 3, 0, 0, 0));
  }

  @Test
  void aFileLargerThanTheCachePassesThroughAndEvictsNothing() {
    Trace trace = Traces.of("a:3 big:11 a:3");
    assertThat(serveAll(lru(trace, 10), trace)).isEqualTo(new Tally(3, 1, 17, 3, 3, 0, 0, 1));
  }

  @Test
  void aFileAsLargeAsTheCacheIsStored() {
    Trace trace = Traces.of("a:3 big:10 big:10");
    assertThat(serveAll(lru(trace, 10), trace)).isEqualTo(new Tally(3, 1, 23, 10, 13, 3, 0, 0));
  }

  @Test
  void aFileMadeAnewWithAnotherSizeIsAMissAndReplacesItsOldCopy() {
    Trace trace = Traces.of("a:3 a:4 a:4");
    Cache cache = lru(trace, 10);
    assertThat(serveAll(cache, trace)).isEqualTo(new Tally(3, 1, 11, 4, 7, 3, 0, 0));
    assertThat(cache.usedBytes()).isEqualTo(4);
  }

  @Test
  void aFileMadeAnewLargerThanTheCacheIsGone() {
    Trace trace = Traces.of("a:3 a:11");
    Cache cache = lru(trace, 10);
    assertThat(serveAll(cache, trace)).isEqualTo(new Tally(2, 0, 14, 0, 3, 3, 0, 1));
    assertThat(cache.files()).isZero();
  }

  @Test
  void filesOfNoBytesAreStored() {
    Trace trace = Traces.of("a:0 b:1 a:0");
    assertThat(serveAll(lru(trace, 1), trace)).isEqualTo(new Tally(3, 1, 1, 0, 1, 0, 0, 0));
  }

  @Test
  void asManyFilesGoAsNeeded() {
    Trace trace = Traces.of("a:2 b:2 c:2 d:3");
    Cache cache = lru(trace, 6);
    assertThat(serveAll(cache, trace).bytesDeleted()).isEqualTo(4);
    assertThat(cache.holds(0)).isFalse();
    assertThat(cache.holds(1)).isFalse();
    assertThat(cache.holds(2)).isTrue();
  }

  /** The worked example of the SIEVE paper's figure: a visited file survives in its place. */
  @Test
  void sieveKeepsVisitedFilesInPlace() {
    Trace trace = Traces.of("a b c a d b c e a");
    Cache cache = new Cache(trace, 3, Eviction.SIEVE.create(trace), Admission.ALL);
    // a b c stored; a visited. d: hand passes a (cleared), evicts b; hand on c.
    // b: hand evicts c, hand on d. c: evicts d, hand on b. e: evicts b, hand on c. a is a hit.
    assertThat(serveAll(cache, trace).hits()).isEqualTo(2);
    assertThat(cache.holds(0)).isTrue();
  }

  @Test
  void aPolicyThatNamesAFileThatIsNotThereIsFoundOut() {
    Trace trace = Traces.of("a b");
    EvictionPolicy wrong =
        new EvictionPolicy() {
          @Override
          public void stored(int file, int request) {}

          @Override
          public void hit(int file, int request) {}

          @Override
          public void removed(int file, int request) {}

          @Override
          public int victim(int request) {
            return 1;
          }

          @Override
          public int size() {
            return 7;
          }
        };
    Cache cache = new Cache(trace, 1, wrong, Admission.ALL);
    assertThatThrownBy(() -> cache.serve(0, 2)).hasMessageContaining("not in the cache");
    assertThatThrownBy(cache::checkBooks).hasMessageContaining("knows 7 files");
  }
}
