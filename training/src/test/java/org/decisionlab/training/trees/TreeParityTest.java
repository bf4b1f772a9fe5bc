// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.trees;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.metarank.lightgbm4j.LGBMBooster;
import io.github.metarank.lightgbm4j.LGBMDataset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.onnx.OnnxGuard;
import org.decisionlab.models.onnx.OnnxWriter;
import org.decisionlab.models.tensorflow.SavedModelReader;
import org.decisionlab.models.tensorflow.SavedModelWriter;
import org.decisionlab.models.tensorflow.TensorFlowGuard;
import org.decisionlab.models.testing.OnnxRuntime;
import org.decisionlab.models.testing.TensorFlowRuntime;
import org.decisionlab.models.trees.LightGbmReader;
import org.decisionlab.models.trees.TreeModel;
import org.decisionlab.models.trees.XgboostReader;
import org.decisionlab.training.export.Exports;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Models that XGBoost and LightGBM trained here, against what those libraries themselves answer.
 */
class TreeParityTest {

  private static final double TOLERANCE = 1e-5;
  private static final int[] BATCHES = {1, 3, 257};
  private static final int ROWS = 1_500;
  private static final int WIDTH = 7;

  /** Of the features, this one holds categories. */
  private static final int CATEGORY = 2;

  @TempDir private Path folder;

  /** The answers of a library. */
  @FunctionalInterface
  private interface Library {
    float[][] ask(float[] values, int rows) throws Exception;
  }

  private final Random random = new Random(20);

  /** Rows in which a fifth of two features is missing, where that is wanted. */
  private float[] rows(int count, boolean missing) {
    float[] values = new float[count * WIDTH];
    for (int i = 0; i < count; i++) {
      for (int c = 0; c < WIDTH; c++) {
        float value = c == CATEGORY ? random.nextInt(40) : (float) random.nextGaussian();
        boolean absent = missing && (c == 1 || c == 4) && random.nextInt(5) == 0;
        values[i * WIDTH + c] = absent ? Float.NaN : value;
      }
    }
    return values;
  }

  /** A sum that depends on features, on a category's parity, and on what is missing. */
  private double[] sums(float[] values) {
    double[] sums = new double[values.length / WIDTH];
    for (int i = 0; i < sums.length; i++) {
      int at = i * WIDTH;
      double second = Float.isNaN(values[at + 1]) ? 0.7 : values[at + 1] * values[at];
      int code = (int) values[at + CATEGORY];
      double category = code * 7 % 5 / 2.0 - 1;
      sums[i] = values[at] - second + category + 0.3 * random.nextGaussian();
    }
    return sums;
  }

  private float[] classes(double[] sums, int classes) {
    float[] labels = new float[sums.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = Math.max(0, Math.min(classes - 1, (int) Math.floor(sums[i] + classes / 2.0)));
    }
    return labels;
  }

  private static Booster xgboost(float[] values, float[] labels, Map<String, Object> parameters)
      throws Exception {
    Map<String, Object> all = new HashMap<>(parameters);
    all.put("seed", 3);
    all.put("nthread", 1);
    all.put("verbosity", 0);
    DMatrix data = new DMatrix(values, labels.length, WIDTH, Float.NaN);
    data.setLabel(labels);
    if (parameters.containsKey("max_cat_to_onehot")) {
      String[] types = new String[WIDTH];
      Arrays.fill(types, "q");
      types[CATEGORY] = "c";
      data.setFeatureTypes(types);
    }
    try {
      return XGBoost.train(data, all, 20, new HashMap<>(), null, null);
    } finally {
      data.dispose();
    }
  }

  private void checkXgboost(String name, Booster booster, boolean missing) throws Exception {
    try {
      byte[] json = booster.toByteArray("json");
      TreeModel model = XgboostReader.read(json);
      assertThat(XgboostReader.read(booster.toByteArray("ubj"))).isEqualTo(model);
      check(
          name,
          model,
          missing,
          (values, rows) -> {
            DMatrix data = new DMatrix(values, rows, WIDTH, Float.NaN);
            try {
              return booster.predict(data);
            } finally {
              data.dispose();
            }
          });
      assertThat(XgboostReader.read(booster.toByteArray("json")).graph()).isEqualTo(model.graph());
    } finally {
      booster.dispose();
    }
  }

  private void check(String name, TreeModel model, boolean missing, Library library)
      throws Exception {
    ModelGraph graph = model.graph();
    byte[] onnx = OnnxWriter.write(graph);
    byte[] saved = SavedModelWriter.write(graph);
    OnnxGuard.check(onnx);
    TensorFlowGuard.checkSavedModel(saved);
    ModelGraph read = SavedModelReader.read(saved);
    if (model.categories().isEmpty()) {
      assertThat(SavedModelWriter.write(read)).as("%s, written again", name).isEqualTo(saved);
    }
    float[] few = rows(3, missing);
    float[][] fewRows = new float[3][];
    Arrays.setAll(fewRows, i -> Arrays.copyOfRange(few, i * WIDTH, (i + 1) * WIDTH));
    Exports.write("trees-" + name, graph, fewRows, library.ask(few, 3));
    for (int batch : BATCHES) {
      float[] values = rows(batch, missing);
      float[][] rows = new float[batch][];
      Arrays.setAll(rows, i -> Arrays.copyOfRange(values, i * WIDTH, (i + 1) * WIDTH));
      float[][] expected = library.ask(values, batch);
      agree(name + ", Java evaluator", expected, Evaluator.of(graph).evaluate(rows));
      agree(name + ", read back", expected, Evaluator.of(read).evaluate(rows));
      agree(name + ", onnxruntime", expected, OnnxRuntime.run(onnx, rows));
      agree(
          name + ", TensorFlow",
          expected,
          TensorFlowRuntime.servedByName(saved, folder.resolve(name + batch), rows));
    }
  }

  private static void agree(String where, float[][] expected, float[][] found) {
    assertThat(found).as(where).hasNumberOfRows(expected.length);
    for (int i = 0; i < expected.length; i++) {
      for (int k = 0; k < expected[i].length; k++) {
        double scale = Math.max(1, Math.abs(expected[i][k]));
        assertThat(Math.abs(found[i][k] - expected[i][k]) / scale)
            .as("%s, row %d, output %d: %s, %s", where, i, k, expected[i][k], found[i][k])
            .isLessThanOrEqualTo(TOLERANCE);
      }
    }
  }

  @Test
  void xgboostBinaryWithMissingFeatures() throws Exception {
    float[] values = rows(ROWS, true);
    Booster booster =
        xgboost(
            values,
            classes(sums(values), 2),
            Map.of("objective", "binary:logistic", "max_depth", 6));
    checkXgboost("binary", booster, true);
  }

  @Test
  void xgboostOfThreeClasses() throws Exception {
    float[] values = rows(ROWS, true);
    Booster booster =
        xgboost(
            values,
            classes(sums(values), 3),
            Map.of("objective", "multi:softprob", "num_class", 3, "max_depth", 4));
    checkXgboost("classes", booster, true);
  }

  @Test
  void xgboostRegressionWithBaseScore() throws Exception {
    float[] values = rows(ROWS, false);
    double[] sums = sums(values);
    float[] labels = new float[sums.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (float) (40 + 3 * sums[i]);
    }
    checkXgboost(
        "regression",
        xgboost(
            values,
            labels,
            Map.of("objective", "reg:squarederror", "base_score", 37.5, "max_depth", 5)),
        true);
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (float) Math.exp(sums[i] / 2);
    }
    checkXgboost(
        "gamma", xgboost(values, labels, Map.of("objective", "reg:gamma", "max_depth", 3)), false);
  }

  @Test
  void xgboostWithCategoriesAndWithDroppedTrees() throws Exception {
    float[] values = rows(ROWS, true);
    float[] labels = classes(sums(values), 2);
    Booster booster =
        xgboost(
            values,
            labels,
            Map.of("objective", "binary:logistic", "tree_method", "hist", "max_cat_to_onehot", 4));
    assertThat(XgboostReader.read(booster.toByteArray("json")).categories()).isNotEmpty();
    checkXgboost("categories", booster, true);
    checkXgboost(
        "dart",
        xgboost(
            values,
            labels,
            Map.of("objective", "binary:logistic", "booster", "dart", "rate_drop", 0.3)),
        true);
  }

  private static LGBMBooster lightgbm(float[] values, float[] labels, String parameters)
      throws Exception {
    LightGbmNatives.load();
    String all = "seed=3 num_threads=1 verbosity=-1 min_data_in_leaf=5 " + parameters;
    try (LGBMDataset data =
        LGBMDataset.createFromMat(values, labels.length, WIDTH, true, all, null)) {
      data.setField("label", labels);
      try (LGBMBooster trained = LGBMBooster.create(data, all)) {
        for (int i = 0; i < 20; i++) {
          trained.updateOneIter();
        }
        return LGBMBooster.loadModelFromString(
            trained.saveModelToString(0, 0, LGBMBooster.FeatureImportanceType.SPLIT));
      }
    }
  }

  private void checkLightgbm(String name, LGBMBooster booster, int outputs, boolean missing)
      throws Exception {
    try (booster) {
      String text = booster.saveModelToString(0, 0, LGBMBooster.FeatureImportanceType.SPLIT);
      TreeModel model = LightGbmReader.read(text);
      assertThat(model.outputs()).isEqualTo(outputs);
      check(
          name,
          model,
          missing,
          (values, rows) -> {
            try (LightGbmPrediction library = LightGbmPrediction.of(text)) {
              float[] flat = library.predict(values, rows);
              float[][] answers = new float[rows][];
              Arrays.setAll(answers, i -> Arrays.copyOfRange(flat, i * outputs, (i + 1) * outputs));
              return answers;
            }
          });
    }
  }

  @Test
  void lightgbmBinaryWithMissingFeatures() throws Exception {
    float[] values = rows(ROWS, true);
    float[] labels = classes(sums(values), 2);
    checkLightgbm("lightgbm", lightgbm(values, labels, "objective=binary sigmoid=0.7"), 1, true);
    float[] complete = rows(ROWS, false);
    checkLightgbm(
        "complete", lightgbm(complete, classes(sums(complete), 2), "objective=binary"), 1, true);
  }

  @Test
  void lightgbmWithCategoriesAndClasses() throws Exception {
    float[] values = rows(ROWS, true);
    for (int classes : new int[] {2, 3, 7}) {
      String parameters =
          "max_cat_to_onehot=4 categorical_feature=%d objective=%s num_class=%d"
              .formatted(CATEGORY, classes == 3 ? "multiclassova" : "multiclass", classes);
      LGBMBooster booster = lightgbm(values, classes(sums(values), classes), parameters);
      String text = booster.saveModelToString(0, 0, LGBMBooster.FeatureImportanceType.SPLIT);
      assertThat(LightGbmReader.read(text).categories()).isNotEmpty();
      checkLightgbm("lightgbm-classes" + classes, booster, classes, true);
    }
  }

  @Test
  void randomForestsAreAveraged() throws Exception {
    float[] values = rows(ROWS, false);
    checkLightgbm(
        "forest",
        lightgbm(
            values,
            classes(sums(values), 2),
            "objective=binary boosting=rf bagging_freq=1 bagging_fraction=0.6"),
        1,
        false);
  }

  /**
   * Changed bytes are refused with a message or make another model; they never do anything else.
   */
  @Test
  void damagedFilesAreRefused() throws Exception {
    float[] values = rows(300, true);
    float[] labels = classes(sums(values), 2);
    Booster booster = xgboost(values, labels, Map.of("objective", "binary:logistic"));
    byte[] ubj = booster.toByteArray("ubj");
    byte[] json = booster.toByteArray("json");
    booster.dispose();
    LGBMBooster light = lightgbm(values, labels, "objective=binary");
    byte[] text =
        light
            .saveModelToString(0, 0, LGBMBooster.FeatureImportanceType.SPLIT)
            .getBytes(StandardCharsets.US_ASCII);
    light.close();
    for (int i = 0; i < 200; i++) {
      read(damaged(ubj), true);
      read(damaged(json), true);
      read(damaged(text), false);
      read(Arrays.copyOf(ubj, random.nextInt(ubj.length)), true);
      read(Arrays.copyOf(text, random.nextInt(text.length)), false);
    }
  }

  private byte[] damaged(byte[] file) {
    byte[] damaged = file.clone();
    damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
    return damaged;
  }

  private static void read(byte[] file, boolean xgboost) {
    try {
      TreeModel model =
          xgboost
              ? XgboostReader.read(file)
              : LightGbmReader.read(new String(file, StandardCharsets.ISO_8859_1));
      model.graph();
    } catch (ModelFormatException | IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
