// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.util.List;

/**
 * An error as the protocol carries it.
 *
 * @param name type of the exception
 * @param value its message
 * @param traceback lines to show, with ANSI colours
 */
public record ErrorReport(String name, String value, List<String> traceback) {}
