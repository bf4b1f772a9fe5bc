// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.trees;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.trees.TreeModel;
import org.decisionlab.models.trees.XgboostReader;

/** XGBoost. */
final class XgboostBoosting implements Boosting {

  private static final String[] NAMES = {"train", "validation"};

  private final DMatrix[] data;
  private final Booster booster;
  private final int columns;
  private int round;

  XgboostBoosting(BoostingRows train, BoostingRows validation, BoostingSettings settings) {
    columns = train.columns().size();
    data = new DMatrix[] {matrix(train), matrix(validation)};
    Map<String, Object> parameters = new LinkedHashMap<>();
    parameters.put("objective", "binary:logistic");
    parameters.put("tree_method", "hist");
    parameters.put("seed", settings.seed());
    parameters.put("nthread", settings.threads());
    parameters.put("verbosity", 0);
    parameters.putAll(settings.parameters());
    try {
      // No rounds: a booster is only made by training.
      booster = XGBoost.train(data[0], parameters, 0, new HashMap<>(), null, null);
      booster.setParam("eval_metric", "logloss");
      booster.setParam("eval_metric", "auc");
    } catch (XGBoostError e) {
      dispose();
      throw failed(e);
    }
  }

  private static DMatrix matrix(BoostingRows rows) {
    int width = rows.columns().size();
    try {
      DMatrix matrix = new DMatrix(rows.values(), rows.size(), width, Float.NaN);
      matrix.setLabel(rows.labels());
      if (rows.weights() != null) {
        matrix.setWeight(rows.weights());
      }
      matrix.setFeatureNames(rows.columns().toArray(String[]::new));
      if (!rows.categories().isEmpty()) {
        matrix.setFeatureTypes(types(rows));
      }
      return matrix;
    } catch (XGBoostError e) {
      throw failed(e);
    }
  }

  private static String[] types(BoostingRows rows) {
    String[] types = new String[rows.columns().size()];
    Arrays.fill(types, "q");
    rows.categories().forEach(column -> types[column] = "c");
    return types;
  }

  @Override
  public boolean update() {
    try {
      booster.update(data[0], round++);
      return true;
    } catch (XGBoostError e) {
      throw failed(e);
    }
  }

  /** XGBoost tells its figures as a line such as {@code [3] train-logloss:0.5 train-auc:0.9}. */
  @Override
  public Figures figures() {
    Map<String, Double> found = new HashMap<>();
    try {
      for (String part : booster.evalSet(data, NAMES, round - 1).split("\\s+", -1)) {
        int colon = part.lastIndexOf(':');
        if (colon > 0) {
          found.put(part.substring(0, colon), Double.parseDouble(part.substring(colon + 1)));
        }
      }
    } catch (XGBoostError e) {
      throw failed(e);
    }
    return new Figures(
        found.getOrDefault("train-logloss", Double.NaN),
        found.getOrDefault("validation-logloss", Double.NaN),
        found.getOrDefault("validation-auc", Double.NaN));
  }

  @Override
  public Boosted result(int rounds) {
    try {
      TreeModel whole = XgboostReader.read(booster.toByteArray("json"));
      int trees = whole.trees().trees().size() / round * rounds;
      Booster copy = XGBoost.loadModel(booster.toByteArray("ubj"));
      copy.setParam("nthread", 1);
      return new Result(whole.first(trees), copy, columns, rounds);
    } catch (XGBoostError | java.io.IOException e) {
      throw failed(e);
    }
  }

  @Override
  public void close() {
    booster.dispose();
    dispose();
  }

  private void dispose() {
    for (DMatrix matrix : data) {
      matrix.dispose();
    }
  }

  static IllegalStateException failed(Exception cause) {
    String reason =
        String.valueOf(cause.getMessage()).lines().findFirst().orElse("it tells no reason");
    return new IllegalStateException(
        (cause instanceof ModelFormatException ? "" : "XGBoost: ") + reason, cause);
  }

  private record Result(TreeModel model, Booster booster, int columns, int rounds)
      implements Boosted {

    @Override
    public float[] predict(float[] values, int rows) {
      try {
        DMatrix matrix = new DMatrix(values, rows, columns, Float.NaN);
        try {
          float[][] found = booster.predict(matrix, false, rounds);
          float[] answers = new float[rows];
          for (int i = 0; i < rows; i++) {
            answers[i] = found[i][0];
          }
          return answers;
        } finally {
          matrix.dispose();
        }
      } catch (XGBoostError e) {
        throw failed(e);
      }
    }

    @Override
    public void close() {
      booster.dispose();
    }
  }
}
