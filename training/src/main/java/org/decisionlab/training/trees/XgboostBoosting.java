// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.trees;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.trees.TreeModel;
import org.decisionlab.models.trees.XgboostReader;
import org.jspecify.annotations.Nullable;

/** XGBoost. */
final class XgboostBoosting implements Boosting {

  private static final String[] NAMES = {"train", "validation"};
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Stands for a child that is not there. */
  private static final int LEAF = -1;

  private final DMatrix[] data;
  private final Booster booster;
  private final int columns;
  private final Outcomes outcomes;
  private int round;

  /**
   * @param left where to go on, null to begin
   */
  XgboostBoosting(
      BoostingRows train,
      BoostingRows validation,
      BoostingSettings settings,
      @Nullable BoostingCheckpoint left) {
    columns = train.columns().size();
    outcomes = settings.outcomes();
    data = new DMatrix[] {matrix(train), matrix(validation)};
    Map<String, Object> parameters = parameters(settings);
    try {
      if (left == null) {
        // No rounds: a booster is only made by training.
        booster = XGBoost.train(data[0], parameters, 0, new HashMap<>(), null, null);
      } else {
        booster = XGBoost.loadModel(left.model());
        booster.setParams(parameters);
        round = left.history().size();
      }
      for (String metric : metrics()) {
        booster.setParam("eval_metric", metric);
      }
    } catch (XGBoostError | IOException e) {
      dispose();
      throw failed(e);
    }
  }

  private static Map<String, Object> parameters(BoostingSettings settings) {
    Map<String, Object> parameters = new LinkedHashMap<>();
    if (settings.outcomes().named()) {
      parameters.put("objective", "multi:softprob");
      parameters.put("num_class", settings.outcomes().answers());
    } else {
      parameters.put("objective", "binary:logistic");
    }
    parameters.put("tree_method", "hist");
    parameters.put("seed", settings.seed());
    parameters.put("nthread", settings.threads());
    parameters.put("verbosity", 0);
    parameters.putAll(settings.parameters());
    return parameters;
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
    String loss = metrics().get(0);
    return new Figures(
        found.getOrDefault("train-" + loss, Double.NaN),
        found.getOrDefault("validation-" + loss, Double.NaN),
        found.getOrDefault("validation-auc", Double.NaN),
        outcomes.named()
            ? Map.of(ACCURACY, 1 - found.getOrDefault("validation-merror", Double.NaN))
            : Map.of());
  }

  @Override
  public byte[] state() {
    try {
      return booster.toByteArray("ubj");
    } catch (XGBoostError e) {
      throw failed(e);
    }
  }

  @Override
  public Boosted result(int rounds) {
    try {
      byte[] json = booster.toByteArray("json");
      TreeModel whole = XgboostReader.read(json);
      int eachRound = whole.trees().trees().size() / round;
      int trees = eachRound * rounds;
      Booster copy = XGBoost.loadModel(booster.toByteArray("ubj"));
      copy.setParam("nthread", 1);
      // XGBoost counts trees of one output, of which a round may have several.
      int limit = eachRound / whole.outputs() * rounds;
      return new Result(whole.first(trees), gains(json, trees), copy, columns, limit);
    } catch (XGBoostError | IOException e) {
      throw failed(e);
    }
  }

  /** The library's score counts all rounds; the model file tells the gain of each split. */
  private double[] gains(byte[] json, int trees) throws IOException {
    double[] gains = new double[columns];
    JsonNode all = JSON.readTree(json).at("/learner/gradient_booster/model/trees");
    for (int tree = 0; tree < trees; tree++) {
      JsonNode nodes = all.path(tree);
      for (int node = 0; node < nodes.path("left_children").size(); node++) {
        if (nodes.path("left_children").path(node).asInt() != LEAF) {
          int column = nodes.path("split_indices").path(node).asInt();
          gains[column] += nodes.path("loss_changes").path(node).asDouble();
        }
      }
    }
    return gains;
  }

  private List<String> metrics() {
    return outcomes.named() ? List.of("mlogloss", "auc", "merror") : List.of("logloss", "auc");
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

  @SuppressWarnings("ArrayRecordComponent") // handed out once, in here
  private record Result(TreeModel model, double[] gains, Booster booster, int columns, int limit)
      implements Boosted {

    @Override
    public float[] predict(float[] values, int rows) {
      try {
        DMatrix matrix = new DMatrix(values, rows, columns, Float.NaN);
        try {
          float[][] found = booster.predict(matrix, false, limit);
          int outputs = model.outputs();
          float[] answers = new float[rows * outputs];
          for (int i = 0; i < rows; i++) {
            System.arraycopy(found[i], 0, answers, i * outputs, outputs);
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
