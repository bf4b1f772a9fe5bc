// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import org.decisionlab.sidecar.store.ModelName;
import org.decisionlab.sidecar.wire.TfaasParams;
import org.jspecify.annotations.Nullable;

/**
 * A published model whose files cannot be served any more. It is listed, so that it can be seen and
 * published again or deleted.
 *
 * @param name name of the model
 * @param problem what is wrong
 * @param foundAt when that was found
 * @param retry when loading is tried again; null when its files are not what was published
 */
public record DamagedModel(ModelName name, String problem, Instant foundAt, @Nullable Retry retry)
    implements RegistryEntry {

  /** Attempts after which what could not be loaded stays so until something is changed. */
  private static final int MAX_ATTEMPTS = 12;

  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofMinutes(5);

  /**
   * What could not be loaded for a reason that may pass, such as too little memory.
   *
   * @param attempts how often it was tried
   * @param next when to try again; {@link Instant#MAX} when that was enough
   * @param meanwhile the version that was in production before and goes on answering; null when
   *     there was none, or this is not in production
   */
  record Retry(int attempts, Instant next, @Nullable ServedModel meanwhile) {

    /** After one more attempt: the time between two doubles. */
    static Retry after(@Nullable Retry before, Instant now, @Nullable ServedModel meanwhile) {
      int attempts = before == null ? 1 : before.attempts + 1;
      Duration wait = FIRST.multipliedBy(1L << Math.min(attempts - 1, MAX_ATTEMPTS));
      Instant next =
          attempts >= MAX_ATTEMPTS
              ? Instant.MAX
              : now.plus(wait.compareTo(LONGEST) > 0 ? LONGEST : wait);
      return new Retry(attempts, next, meanwhile);
    }

    /** Whether it will be tried again. */
    boolean goesOn() {
      return attempts < MAX_ATTEMPTS;
    }
  }

  @Override
  public void list(ObjectNode entry) {
    TfaasParams.of(name.value(), "").list(entry, foundAt.toString());
    entry.put("state", "damaged").put("problem", problem);
  }
}
