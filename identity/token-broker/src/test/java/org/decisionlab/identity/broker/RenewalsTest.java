// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A renewal ends with its work, whatever ends that. */
class RenewalsTest {

  private static final Duration LONG = Duration.ofMinutes(1);

  /** Goes on as any other exception that its method does not declare. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Throwable> T undeclared(Throwable problem) throws T {
    throw (T) problem;
  }

  private static Login login() throws Exception {
    return Login.of(JsonMapper.builder().build().readTree("{\"access_token\":\"opaque\"}"));
  }

  @Test
  void anErrorEndsTheRenewalAndIsThrownInItsThread() throws Exception {
    Error error = new NoClassDefFoundError("one that is not there");
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    try (Renewals renewals = new Renewals()) {
      Renewals.Renewal renewal =
          renewals.begin(
              "bob",
              "used up",
              () -> {
                Thread.currentThread()
                    .setUncaughtExceptionHandler((thread, problem) -> thrown.complete(problem));
                throw error;
              });
      assertThatThrownBy(() -> renewal.awaited(LONG))
          .isInstanceOf(IllegalStateException.class)
          .hasCause(error);
      assertThat(renewal.isDone()).isTrue();
      assertThat(thrown.get(LONG.toSeconds(), TimeUnit.SECONDS)).isSameAs(error);
      Login login = login();
      assertThat(renewals.begin("bob", "next", () -> login).awaited(LONG))
          .as("others go on")
          .isSameAs(login);
    }
  }

  @Test
  void anExceptionThatNobodyDeclaresEndsTheRenewal() throws Exception {
    Exception problem = new Exception("not declared");
    try (Renewals renewals = new Renewals()) {
      Renewals.Renewal renewal =
          renewals.begin(
              "bob",
              "used up",
              () -> {
                throw RenewalsTest.<RuntimeException>undeclared(problem);
              });
      assertThatThrownBy(() -> renewal.awaited(LONG))
          .isInstanceOf(IllegalStateException.class)
          .hasCause(problem);
    }
  }
}
