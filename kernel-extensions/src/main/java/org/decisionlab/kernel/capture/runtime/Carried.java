// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture.runtime;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a function takes with it.
 *
 * @param values the variables it reaches, by key
 * @param assigned the keys of those that it may assign
 * @param redeclared the class that declares a method now, for methods it reaches that are declared
 *     anew, by {@link MethodSite#key()}; empty where the method gives back another type
 * @param bare whether there are constants of enums in the values, which hold no snapshot, and whose
 *     methods read variables
 * @param again how functions are linked anew that use classes which were declared anew: for {@link
 *     Again#key} the method that makes them, as {@code class#method}; for each of the former
 *     classes its present name
 * @param refusal why the function must not run, or {@code null}
 */
public record Carried(
    Map<String, CarriedValue> values,
    Set<String> assigned,
    Map<String, String> redeclared,
    boolean bare,
    Map<String, String> again,
    @Nullable String refusal) {}
