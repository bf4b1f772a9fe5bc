// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture.runtime;

import java.util.Map;
import java.util.Set;

/**
 * What a function takes with it.
 *
 * @param values the variables it reaches, by key
 * @param assigned the keys of those that it may assign
 * @param redeclared the class that declares a method now, for methods it reaches that are declared
 *     anew, by {@link MethodSite#key()}; empty where the method gives back another type
 * @param bare whether there are constants of enums in the values, which hold no snapshot, and whose
 *     methods read variables
 */
public record Carried(
    Map<String, CarriedValue> values,
    Set<String> assigned,
    Map<String, String> redeclared,
    boolean bare) {}
