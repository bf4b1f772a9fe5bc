// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.trees;

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

  Boosting begin(BoostingRows train, BoostingRows validation, BoostingSettings settings) {
    return this == XGBOOST
        ? new XgboostBoosting(train, validation, settings)
        : new LightGbmBoosting(train, validation, settings);
  }
}
