// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.trees;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Parameters of a library by its own names. Libraries know a parameter by several; here it has one,
 * so that what is told last counts, by whatever name it was told.
 */
final class Parameters {

  static final String LEARNING_RATE = "learning_rate";
  static final String BAGGING_FREQUENCY = "bagging_freq";

  /** Share of the pairs of letters that two names have in common where one may be meant. */
  private static final double LEAST_ALIKE = 0.5;

  /** What a run decides itself, by the first of the names. */
  private static final Set<String> RESERVED =
      Set.of(
          "objective",
          "metric",
          "seed",
          "num_threads",
          "num_class",
          "num_iterations",
          "boosting",
          "linear_tree",
          "zero_as_missing",
          "use_missing",
          "base_score",
          "process_type",
          "categorical_feature",
          "early_stopping_round");

  private static final String INSTEAD =
      "see its methods rounds, seed, threads, patience and categories; the rest is what makes the answers"
          + " probabilities that can be exported";

  private final TreeLibrary library;
  private final Map<String, String> first = new HashMap<>();
  private final Map<String, String> values = new LinkedHashMap<>();

  Parameters(TreeLibrary library) {
    this.library = library;
    known(ParameterNames.DECIDED);
    known(ParameterNames.of(library));
  }

  private void known(List<List<String>> names) {
    for (List<String> same : names) {
      same.forEach(name -> first.put(name, same.get(0)));
    }
  }

  /**
   * Sets a parameter.
   *
   * @throws IllegalArgumentException when the library does not know it, or the run itself decides
   *     it
   */
  void set(String name, Object value) {
    String known = first.get(name);
    if (known == null) {
      throw new IllegalArgumentException(
          "%s knows no parameter %s that counts for the trees of a run%s"
              .formatted(library.title(), name, near(name)));
    }
    if (RESERVED.contains(known)) {
      throw new IllegalArgumentException(
          "the parameter %s is decided by the run: %s".formatted(name, INSTEAD));
    }
    values.put(known, String.valueOf(value));
  }

  /** The name that was probably meant: the one that has most pairs of letters in common with it. */
  private String near(String name) {
    Set<String> typed = pairs(name);
    String nearest = "";
    double most = LEAST_ALIKE;
    for (String each : new TreeSet<>(first.keySet())) {
      Set<String> both = pairs(each);
      int size = typed.size() + both.size();
      both.retainAll(typed);
      double alike = 2.0 * both.size() / size;
      if (alike > most) {
        most = alike;
        nearest = each;
      }
    }
    return nearest.isEmpty() ? "" : "; did you mean " + nearest + "?";
  }

  private static Set<String> pairs(String name) {
    String all = "^" + name.toLowerCase(Locale.ROOT) + "$";
    Set<String> pairs = new HashSet<>();
    for (int i = 1; i < all.length(); i++) {
      pairs.add(all.substring(i - 1, i + 1));
    }
    return pairs;
  }

  /** Sets a parameter that has not been told. */
  void setIfAbsent(String name, Object value) {
    values.putIfAbsent(first.getOrDefault(name, name), String.valueOf(value));
  }

  /** Those that were set, each by the first of its names. */
  Map<String, String> all() {
    return new LinkedHashMap<>(values);
  }
}
