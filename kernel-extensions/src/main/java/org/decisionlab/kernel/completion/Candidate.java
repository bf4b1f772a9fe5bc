// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.completion;

/**
 * One text that may stand at the cursor.
 *
 * @param text what is inserted
 * @param type what it is, as front ends show beside it: {@code magic}, {@code option}, {@code
 *     path}, {@code keyword}, {@code table}, {@code column}, {@code function}, {@code class}, ...
 */
public record Candidate(String text, String type) {}
