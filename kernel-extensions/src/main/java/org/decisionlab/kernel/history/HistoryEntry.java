// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.history;

import org.jspecify.annotations.Nullable;

/**
 * One cell that was run.
 *
 * @param session number of the kernel session, from 1
 * @param line execution count in that session
 * @param input the cell
 * @param output text form of its value, if it had one
 */
record HistoryEntry(int session, int line, String input, @Nullable String output) {}
