// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.trees;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Parameters of a library by its own names. Libraries know a parameter by several; here it has one,
 * so that what is told last counts, by whatever name it was told.
 */
final class Parameters {

  static final String LEARNING_RATE = "learning_rate";
  static final String BAGGING_FREQUENCY = "bagging_freq";

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

  /** The names of what a run decides, whichever library it is. */
  private static final List<List<String>> DECIDED =
      List.of(
          List.of("objective", "objective_type", "app", "application", "loss"),
          List.of("metric", "metrics", "metric_types", "eval_metric"),
          List.of("seed", "random_seed", "random_state"),
          List.of("num_threads", "num_thread", "nthread", "nthreads", "n_jobs"),
          List.of("num_class", "num_classes"),
          List.of(
              "num_iterations",
              "num_iteration",
              "n_iter",
              "num_tree",
              "num_trees",
              "num_round",
              "num_rounds",
              "nrounds",
              "num_boost_round",
              "n_estimators",
              "max_iter"),
          List.of("boosting", "boosting_type", "boost", "booster"),
          List.of("linear_tree", "linear_trees"),
          List.of(
              "categorical_feature",
              "cat_feature",
              "categorical_column",
              "cat_column",
              "categorical_features"),
          List.of(
              "early_stopping_round",
              "early_stopping_rounds",
              "early_stopping",
              "n_iter_no_change"));

  private static final List<List<String>> OF_XGBOOST =
      List.of(
          List.of(LEARNING_RATE, "eta"),
          List.of("lambda", "reg_lambda"),
          List.of("alpha", "reg_alpha"),
          List.of("gamma", "min_split_loss"));

  private static final List<List<String>> OF_LIGHTGBM =
      List.of(
          List.of(LEARNING_RATE, "shrinkage_rate", "eta"),
          List.of("num_leaves", "num_leaf", "max_leaves", "max_leaf", "max_leaf_nodes"),
          List.of("bagging_fraction", "sub_row", "subsample", "bagging"),
          List.of(BAGGING_FREQUENCY, "subsample_freq"),
          List.of("feature_fraction", "sub_feature", "colsample_bytree"),
          List.of(
              "min_data_in_leaf",
              "min_data_per_leaf",
              "min_data",
              "min_child_samples",
              "min_samples_leaf"),
          List.of(
              "min_sum_hessian_in_leaf",
              "min_sum_hessian_per_leaf",
              "min_sum_hessian",
              "min_hessian",
              "min_child_weight"),
          List.of("lambda_l1", "reg_alpha", "l1_regularization"),
          List.of("lambda_l2", "reg_lambda", "lambda", "l2_regularization"),
          List.of("min_gain_to_split", "min_split_gain"),
          List.of("max_bin", "max_bins"),
          List.of("extra_trees", "extra_tree"),
          List.of("verbosity", "verbose"));

  private final Map<String, String> first = new HashMap<>();
  private final Map<String, String> values = new LinkedHashMap<>();

  Parameters(TreeLibrary library) {
    known(DECIDED);
    known(library == TreeLibrary.XGBOOST ? OF_XGBOOST : OF_LIGHTGBM);
  }

  private void known(List<List<String>> names) {
    for (List<String> same : names) {
      same.forEach(name -> first.put(name, same.get(0)));
    }
  }

  /**
   * Sets a parameter.
   *
   * @throws IllegalArgumentException when the run itself decides it
   */
  void set(String name, Object value) {
    String known = first.getOrDefault(name, name);
    if (RESERVED.contains(known)) {
      throw new IllegalArgumentException(
          "the parameter %s is decided by the run: %s".formatted(name, INSTEAD));
    }
    values.put(known, String.valueOf(value));
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
