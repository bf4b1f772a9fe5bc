// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.decisionlab.identity.tokens.testing.SettableClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A place that has no token, and those who wait for it. */
class SharedFailureTest {

  private static final int THREADS = 20;

  private final SettableClock clock = new SettableClock();
  private final AtomicInteger asked = new AtomicInteger();
  private final CountDownLatch answer = new CountDownLatch(1);
  private volatile boolean has;
  private volatile boolean attended;

  private final TokenProvider stalled =
      new TokenProvider() {
        @Override
        public String name() {
          return "stalled";
        }

        @Override
        public Optional<AccessToken> token(TokenRequest request)
            throws TokenUnavailableException, InterruptedException {
          int number = asked.incrementAndGet();
          answer.await();
          if (has) {
            return Optional.of(AccessToken.of("token", clock.instant().plusSeconds(60)));
          }
          throw new TokenUnavailableException("no answer " + number);
        }
      };
  private final TokenSource source =
      new TokenSource(List.of(stalled), Duration.ofMinutes(5), clock, () -> attended);

  @AfterEach
  void letGo() {
    answer.countDown();
  }

  @Test
  void whoWaitedSharesTheFailureAndNobodyAsksAgainForTwoSeconds() throws Exception {
    Queue<String> reasons = new ConcurrentLinkedQueue<>();
    List<Thread> waiting =
        IntStream.range(0, THREADS).mapToObj(i -> new Thread(() -> ask(reasons))).toList();
    waiting.forEach(Thread::start);
    Instant limit = Instant.now().plusSeconds(60);
    while (!waiting.stream().allMatch(SharedFailureTest::isHeld)) {
      assertThat(Instant.now()).as("all of them wait").isBefore(limit);
      Thread.onSpinWait();
    }
    answer.countDown();
    for (Thread each : waiting) {
      each.join(60_000);
      assertThat(each.isAlive()).isFalse();
    }
    assertThat(reasons)
        .hasSize(THREADS)
        .containsOnly("no token for any audience. stalled: no answer 1");
    assertThat(asked).hasValue(1);
    clock.pass(Duration.ofMillis(1999));
    assertThatThrownBy(() -> source.token(TokenRequest.ANY)).hasMessageContaining("no answer 1");
    clock.pass(Duration.ofMillis(1));
    assertThatThrownBy(() -> source.token(TokenRequest.ANY)).hasMessageContaining("no answer 2");
    has = true;
    clock.pass(Duration.ofSeconds(2));
    assertThat(source.token(TokenRequest.ANY).secret()).isEqualTo("token");
    assertThat(asked).hasValue(3);
  }

  /**
   * Else a cell would be told that nobody is there to log in, because of what goes on beside it.
   */
  @Test
  void whoCanBeAskedDoesNotShareTheFailureOfOneWhoCannot() {
    answer.countDown();
    assertThatThrownBy(() -> source.token(TokenRequest.ANY)).hasMessageContaining("no answer 1");
    attended = true;
    assertThatThrownBy(() -> source.token(TokenRequest.ANY)).hasMessageContaining("no answer 2");
    assertThatThrownBy(() -> source.token(TokenRequest.ANY)).hasMessageContaining("no answer 2");
    attended = false;
    assertThatThrownBy(() -> source.token(TokenRequest.ANY)).hasMessageContaining("no answer 2");
    assertThat(asked).hasValue(2);
  }

  @Test
  void whatAnInterruptedThreadMetIsSharedWithNobody() {
    TokenSource other =
        new TokenSource(
            List.of(new Interrupted(asked)), Duration.ofMinutes(5), clock, () -> attended);
    assertThatThrownBy(() -> other.token(TokenRequest.ANY)).hasMessageContaining("interrupted 1");
    assertThat(Thread.interrupted()).isTrue();
    assertThatThrownBy(() -> other.token(TokenRequest.ANY)).hasMessageContaining("interrupted 2");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void anotherLoginStartsAnew() {
    answer.countDown();
    assertThatThrownBy(() -> source.token(TokenRequest.ANY)).hasMessageContaining("no answer 1");
    source.forget();
    assertThatThrownBy(() -> source.token(TokenRequest.ANY)).hasMessageContaining("no answer 2");
  }

  private record Interrupted(AtomicInteger asked) implements TokenProvider {

    @Override
    public String name() {
      return "cell";
    }

    @Override
    public Optional<AccessToken> token(TokenRequest request) throws TokenUnavailableException {
      Thread.currentThread().interrupt();
      throw new TokenUnavailableException("interrupted " + asked.incrementAndGet());
    }
  }

  private void ask(Queue<String> reasons) {
    try {
      reasons.add(source.token(TokenRequest.ANY).toString());
    } catch (TokenUnavailableException | InterruptedException e) {
      reasons.add(String.valueOf(e.getMessage()));
    }
  }

  private static boolean isHeld(Thread thread) {
    return thread.getState() == Thread.State.WAITING
        || thread.getState() == Thread.State.TIMED_WAITING;
  }
}
