// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.decision;

import org.jspecify.annotations.Nullable;

/**
 * Whether to store a file, and why.
 *
 * @param store true to keep it in the cache, false to pass it through
 * @param reason what the answer rests on
 * @param score probability of reuse as the model sees it, 0 to 1; null without a model
 * @param model name of the model that answered; null without a model
 * @param version version of that model; null without a model
 */
public record CacheDecision(
    boolean store,
    Reason reason,
    @Nullable Double score,
    @Nullable String model,
    @Nullable Integer version) {

  /** What an answer rests on. */
  public enum Reason {
    /** A model's score against its threshold. */
    MODEL,
    /** A fixed rule. */
    RULE,
    /** Neither: the answer given when nothing better is at hand. */
    DEFAULT
  }

  /** The answer of a model. */
  public static CacheDecision model(boolean store, double score, String model, int version) {
    return new CacheDecision(store, Reason.MODEL, score, model, version);
  }

  /** The answer of a rule. */
  public static CacheDecision rule(boolean store) {
    return new CacheDecision(store, Reason.RULE, null, null, null);
  }

  /** The answer given when nothing better is at hand. */
  public static CacheDecision byDefault(boolean store) {
    return new CacheDecision(store, Reason.DEFAULT, null, null, null);
  }
}
