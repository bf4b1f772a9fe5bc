// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.trees;

import java.util.Set;

/** Parameters of the libraries that a run decides itself. */
final class Parameters {

  static final Set<String> RESERVED =
      Set.of(
          "objective",
          "metric",
          "eval_metric",
          "seed",
          "random_state",
          "nthread",
          "n_jobs",
          "num_threads",
          "num_class",
          "booster",
          "boosting",
          "linear_tree",
          "zero_as_missing",
          "use_missing",
          "base_score",
          "process_type",
          "categorical_feature",
          "early_stopping_round");

  static final String INSTEAD =
      "see its methods seed, threads, patience and categories; the rest is what makes the answers"
          + " probabilities that can be exported";

  private Parameters() {}
}
