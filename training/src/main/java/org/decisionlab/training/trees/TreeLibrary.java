// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.trees;

import org.jspecify.annotations.Nullable;

/** A library that boosts trees. */
public enum TreeLibrary {
  /** XGBoost. */
  XGBOOST("XGBoost", "3.0.4"),
  /** LightGBM. */
  LIGHTGBM("LightGBM", "4.3.0");

  private final String title;
  private final String version;

  TreeLibrary(String title, String version) {
    this.title = title;
    this.version = version;
  }

  /** Its name as its makers write it. */
  public String title() {
    return title;
  }

  /** Name and version. */
  @Override
  public String toString() {
    return title + " " + version;
  }

  String version() {
    return version;
  }

  /** Whether a training can go on with trees that are there. */
  boolean canGoOn() {
    return this == XGBOOST;
  }

  /**
   * Begins a training, or goes on with one.
   *
   * @param left where to go on, null to begin
   */
  Boosting begin(
      BoostingRows train,
      BoostingRows validation,
      BoostingSettings settings,
      @Nullable BoostingCheckpoint left) {
    return this == XGBOOST
        ? new XgboostBoosting(train, validation, settings, left)
        : new LightGbmBoosting(train, validation, settings);
  }
}
