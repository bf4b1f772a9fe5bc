// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One question to a model.
 *
 * @param keys names of the values; empty when the values are told by position
 * @param values the values, float32
 * @param rounding what the client wrote, where that is more than the values tell
 * @param model name of the model as written; null for the default model
 */
// The array is made by a parser and handed to one reader.
@SuppressWarnings("ArrayRecordComponent")
public record Row(List<String> keys, float[] values, Rounding rounding, @Nullable String model) {}
