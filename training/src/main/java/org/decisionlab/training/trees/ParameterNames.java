// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.trees;

import java.util.ArrayList;
import java.util.List;

/**
 * The parameters of XGBoost 3.0 and LightGBM 4.3 that count for trees grown from a table of a
 * notebook, each by all of its names, the first of which is used here. Both libraries pass over
 * names that they do not know. What is about files, predictions, other machines or other kinds of
 * models is left out.
 */
final class ParameterNames {

  /** The names of what a run decides, whichever library it is. */
  static final List<List<String>> DECIDED =
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
              "n_iter_no_change"),
          List.of("zero_as_missing"),
          List.of("use_missing"),
          List.of("base_score"),
          List.of("process_type"));

  private static final List<List<String>> OF_XGBOOST =
      List.of(
          List.of(Parameters.LEARNING_RATE, "eta"),
          List.of("lambda", "reg_lambda"),
          List.of("alpha", "reg_alpha"),
          List.of("gamma", "min_split_loss"));

  /** Of one name each. */
  private static final List<String> ONLY_OF_XGBOOST =
      List.of(
          "max_depth",
          "max_leaves",
          "max_bin",
          "max_delta_step",
          "min_child_weight",
          "grow_policy",
          "tree_method",
          "updater",
          "refresh_leaf",
          "num_parallel_tree",
          "multi_strategy",
          "subsample",
          "sampling_method",
          "colsample_bytree",
          "colsample_bylevel",
          "colsample_bynode",
          "scale_pos_weight",
          "monotone_constraints",
          "interaction_constraints",
          "max_cat_to_onehot",
          "max_cat_threshold",
          "max_cached_hist_node",
          "sketch_ratio",
          "sparse_threshold",
          "extmem_single_page",
          "debug_synchronize",
          "device",
          "fail_on_invalid_gpu_id",
          "seed_per_iteration",
          "validate_parameters",
          "disable_default_eval_metric",
          "verbosity");

  private static final List<List<String>> OF_LIGHTGBM =
      List.of(
          List.of(Parameters.LEARNING_RATE, "shrinkage_rate", "eta"),
          List.of("num_leaves", "num_leaf", "max_leaves", "max_leaf", "max_leaf_nodes"),
          List.of("bagging_fraction", "sub_row", "subsample", "bagging"),
          List.of(Parameters.BAGGING_FREQUENCY, "subsample_freq"),
          List.of("bagging_seed", "bagging_fraction_seed"),
          List.of("pos_bagging_fraction", "pos_sub_row", "pos_subsample", "pos_bagging"),
          List.of("neg_bagging_fraction", "neg_sub_row", "neg_subsample", "neg_bagging"),
          List.of("feature_fraction", "sub_feature", "colsample_bytree"),
          List.of("feature_fraction_bynode", "sub_feature_bynode", "colsample_bynode"),
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
          List.of("max_delta_step", "max_tree_output", "max_leaf_output"),
          List.of("lambda_l1", "reg_alpha", "l1_regularization"),
          List.of("lambda_l2", "reg_lambda", "lambda", "l2_regularization"),
          List.of("min_gain_to_split", "min_split_gain"),
          List.of("max_bin", "max_bins"),
          List.of("bin_construct_sample_cnt", "subsample_for_bin"),
          List.of("data_random_seed", "data_seed"),
          List.of("extra_trees", "extra_tree"),
          List.of("monotone_constraints", "mc", "monotone_constraint", "monotonic_cst"),
          List.of("monotone_constraints_method", "monotone_constraining_method", "mc_method"),
          List.of("monotone_penalty", "monotone_splits_penalty", "ms_penalty", "mc_penalty"),
          List.of("feature_contri", "feature_contrib", "fc", "fp", "feature_penalty"),
          List.of(
              "forcedsplits_filename",
              "fs",
              "forced_splits_filename",
              "forced_splits_file",
              "forced_splits"),
          List.of("is_enable_sparse", "is_sparse", "enable_sparse", "sparse"),
          List.of("enable_bundle", "is_enable_bundle", "bundle"),
          List.of("is_unbalance", "unbalance", "unbalanced_sets"),
          List.of("tree_learner", "tree", "tree_type", "tree_learner_type"),
          List.of("top_k", "topk"),
          List.of("device_type", "device"),
          List.of("histogram_pool_size", "hist_pool_size"),
          List.of("verbosity", "verbose"));

  private static final List<String> ONLY_OF_LIGHTGBM =
      List.of(
          "max_depth",
          "data_sample_strategy",
          "top_rate",
          "other_rate",
          "deterministic",
          "force_col_wise",
          "force_row_wise",
          "feature_fraction_seed",
          "extra_seed",
          "objective_seed",
          "min_data_per_group",
          "max_cat_threshold",
          "max_cat_to_onehot",
          "cat_l2",
          "cat_smooth",
          "path_smooth",
          "interaction_constraints",
          "cegb_tradeoff",
          "cegb_penalty_split",
          "cegb_penalty_feature_lazy",
          "cegb_penalty_feature_coupled",
          "use_quantized_grad",
          "num_grad_quant_bins",
          "quant_train_renew_leaf",
          "stochastic_rounding",
          "max_bin_by_feature",
          "min_data_in_bin",
          "feature_pre_filter",
          "forcedbins_filename",
          "scale_pos_weight",
          "sigmoid",
          "boost_from_average",
          "multi_error_top_k",
          "auc_mu_weights",
          "gpu_platform_id",
          "gpu_device_id",
          "gpu_use_dp",
          "num_gpu");

  private ParameterNames() {}

  /** The names that a library knows, those of one parameter together. */
  static List<List<String>> of(TreeLibrary library) {
    boolean xgboost = library == TreeLibrary.XGBOOST;
    List<List<String>> all = new ArrayList<>(xgboost ? OF_XGBOOST : OF_LIGHTGBM);
    (xgboost ? ONLY_OF_XGBOOST : ONLY_OF_LIGHTGBM).forEach(name -> all.add(List.of(name)));
    return all;
  }
}
