// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.decide;

import java.util.List;

/**
 * What a model's answer rests on.
 *
 * @param score the model's probability of reuse
 * @param threshold score from which on a file is stored
 * @param names names of the features, in the model's order
 * @param values the features as the model saw them
 */
// The array is made for one answer and handed to one writer.
@SuppressWarnings("ArrayRecordComponent")
public record Explanation(double score, double threshold, List<String> names, float[] values) {}
