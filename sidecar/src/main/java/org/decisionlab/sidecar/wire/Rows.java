// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.wire;

import java.util.List;

/**
 * Rows as a client wrote them.
 *
 * @param names names of the columns; empty when the values are told by position
 * @param values the rows, all of the same width
 * @param rounding what the client wrote, where that is more than the values tell
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never kept
public record Rows(List<String> names, float[][] values, Rounding rounding) {}
