// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.decide;

import org.decisionlab.core.decision.CacheDecision;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a question.
 *
 * @param decision whether to store, by what
 * @param ttlSeconds how long the asker may give this answer again by itself
 * @param explanation present when it was asked for and a model answered
 */
public record Answer(CacheDecision decision, int ttlSeconds, @Nullable Explanation explanation) {}
