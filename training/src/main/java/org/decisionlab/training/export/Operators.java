// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.export;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The array operations that can be exported, by DJL's method name and parameter types. A new one is
 * one line in the list of its family.
 */
final class Operators {

  private static final Map<String, Operator> LISTED = new TreeMap<>();

  static {
    LISTED.putAll(ArithmeticOperators.ALL);
    LISTED.putAll(ShapeOperators.ALL);
    LISTED.putAll(AlongOperators.ALL);
    LISTED.putAll(OrderOperators.ALL);
    LISTED.putAll(LayerOperators.ALL);
    LISTED.putAll(WindowOperators.ALL);
    LISTED.putAll(RecurrentOperators.ALL);
  }

  private Operators() {}

  /** The operator of a method of NDArray or NDArrayEx, or null when it is not listed. */
  static @Nullable Operator find(Method method) {
    return LISTED.get(signature(method));
  }

  /** Name and types of the parameters, as the lists have them. */
  static String signature(Method method) {
    return method.getName()
        + Arrays.stream(method.getParameterTypes())
            .map(Class::getSimpleName)
            .collect(Collectors.joining(",", "(", ")"));
  }

  /** Names of the listed operations, in alphabetical order. */
  static String names() {
    return LISTED.keySet().stream()
        .map(key -> key.substring(0, key.indexOf('(')))
        .collect(Collectors.toCollection(TreeSet::new))
        .toString();
  }
}
