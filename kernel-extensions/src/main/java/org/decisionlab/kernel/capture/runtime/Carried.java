// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture.runtime;

import java.util.Map;
import java.util.Set;

/**
 * What a function takes with it.
 *
 * @param values the variables it reaches, by key
 * @param assigned the keys of those that it may assign
 */
public record Carried(Map<String, CarriedValue> values, Set<String> assigned) {}
