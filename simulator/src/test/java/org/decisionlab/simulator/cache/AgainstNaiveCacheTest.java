// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.simulator.Traces;
import org.decisionlab.simulator.policy.Eviction;
import org.decisionlab.simulator.trace.Trace;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every policy, request by request, against a second implementation, on random traces. */
class AgainstNaiveCacheTest {

  private static BiFunction<List<AccessRecord>, Long, NaiveCache> naive(Eviction eviction) {
    return switch (eviction) {
      case LRU -> NaiveCache.Lru::new;
      case FIFO -> NaiveCache.Fifo::new;
      case SIEVE -> NaiveCache.Sieve::new;
      case BELADY -> NaiveCache.Belady::new;
    };
  }

  @ParameterizedTest
  @EnumSource
  void hitsAreTheSame(Eviction eviction) {
    for (long seed = 1000; seed < 1060; seed++) {
      Random random = new Random(seed);
      int files = 2 + random.nextInt(60);
      List<AccessRecord> records = Traces.random(seed, 400, files);
      long capacity = random.nextLong(1, 10L * files);
      Trace trace = Trace.of(records);
      Cache cache = new Cache(trace, capacity, eviction.create(trace), Admission.ALL);
      List<Boolean> hits = new ArrayList<>();
      for (int i = 0; i < trace.requests(); i++) {
        hits.add(cache.serve(i, i + 1).hits() == 1);
        cache.checkBooks();
      }
      NaiveCache second = naive(eviction).apply(records, capacity);
      assertThat(hits)
          .as("%s, seed %d, %d bytes", eviction, seed, capacity)
          .isEqualTo(second.run());
      if (eviction != Eviction.BELADY) {
        // Belady may choose freely among files never requested again, which never are a hit.
        assertThat(cache.usedBytes()).isEqualTo(second.used());
        assertThat(cache.files()).isEqualTo(second.files.size());
      }
    }
  }
}
