// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.decide;

import org.jspecify.annotations.Nullable;

/**
 * In which order files should leave a cache.
 *
 * @param order places of the files in the question, the one to leave first first
 * @param scores probability of reuse of each file of the question; NaN when no model told one
 * @param enough how many of the first suffice for the bytes that are needed; null when none were
 *     asked for, or all together do not suffice
 * @param model what scored them; null when they are in the order of their last opening
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never kept
public record PurgeOrder(
    int[] order, double[] scores, @Nullable Integer enough, @Nullable DecisionModel model) {}
