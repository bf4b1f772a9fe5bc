// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateLimitsTest {

  @Test
  void aSecondsWorthIsAdmittedAtOnceThenOneAfterTheOther() {
    AtomicLong now = new AtomicLong(5_000_000_000L);
    RateLimits rates = new RateLimits(10, now::get);
    for (int i = 0; i < 10; i++) {
      assertThat(rates.take("a")).isZero();
    }
    assertThat(rates.take("a")).isEqualTo(1);
    assertThat(rates.take("b")).isZero();
    now.addAndGet(100_000_000L);
    assertThat(rates.take("a")).isZero();
    assertThat(rates.take("a")).isPositive();
    now.addAndGet(3_600_000_000_000L);
    for (int i = 0; i < 10; i++) {
      assertThat(rates.take("a")).isZero();
    }
    assertThat(rates.take("a")).isPositive();
  }

  @Test
  void zeroIsNoLimit() {
    RateLimits rates = new RateLimits(0, () -> 0);
    for (int i = 0; i < 1_000; i++) {
      assertThat(rates.take("a")).isZero();
    }
  }
}
