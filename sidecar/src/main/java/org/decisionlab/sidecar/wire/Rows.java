// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.wire;

import java.util.List;

/**
 * Rows as a client wrote them.
 *
 * @param names names of the columns; empty when the values are told by position
 * @param values the rows, all of the same width
 * @param rounding which of the values are not what the client wrote
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never kept
public record Rows(List<String> names, float[][] values, Rounding rounding) {}
