// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture.runtime;

/**
 * Where the search for the variables of a function begins.
 *
 * @param type a class of the cells; its loader finds the others
 * @param entry the method that the function runs, as {@code owner.name(descriptor)}, or the
 *     internal name of the class of a function object
 */
public record CellRoot(Class<?> type, String entry) {}
