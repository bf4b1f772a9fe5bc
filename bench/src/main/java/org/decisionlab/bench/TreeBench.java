// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.bench;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.models.trees.XgboostReader;
import org.jspecify.annotations.Nullable;

/**
 * 100 trees of depth 6 in process, one row and 1,024 rows: the evaluator against XGBoost's own
 * prediction in place, which copies no rows. They take turns, and must give the same answers.
 */
public final class TreeBench {

  private static final String ONE = "trees-1";
  private static final String MANY = "trees-1024";
  private static final String PEER = "xgboost4j";
  private static final int FEATURES = 20;
  private static final int TRAINED = 20_000;
  private static final int ROWS = 1_024;
  private static final double TOLERANCE = 1e-5;

  private final Booster booster;
  private final Evaluator evaluator;
  private final float[][] rows;
  private final float[] flat;

  private TreeBench(Booster booster, Evaluator evaluator, float[] flat) {
    this.booster = booster;
    this.evaluator = evaluator;
    this.flat = flat;
    rows = new float[ROWS][];
    Arrays.setAll(rows, i -> Arrays.copyOfRange(flat, i * FEATURES, (i + 1) * FEATURES));
  }

  /** Takes {@code --short}. */
  public static void main(String[] arguments) throws XGBoostError, ModelFormatException {
    boolean brief = ShortForm.isAskedFor(arguments);
    Figures figures = new Figures(System.out);
    Random random = new Random(4);
    float[] values = values(random, TRAINED);
    Booster booster = trained(values, random);
    Evaluator evaluator = Evaluator.of(XgboostReader.read(booster.toByteArray("json")).graph());
    TreeBench bench = new TreeBench(booster, evaluator, values(random, ROWS));
    bench.requireSame();
    int rounds = brief ? 5 : 15;
    for (int round = -rounds; round < rounds; round++) {
      bench.round(round, brief ? 4 : 1, round >= 0 ? figures : null);
    }
    booster.dispose();
  }

  private static float[] values(Random random, int rows) {
    float[] values = new float[rows * FEATURES];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(20) == 0 ? Float.NaN : (float) random.nextGaussian();
    }
    return values;
  }

  private static Booster trained(float[] values, Random random) throws XGBoostError {
    float[] labels = new float[TRAINED];
    for (int i = 0; i < TRAINED; i++) {
      double sum = random.nextGaussian() / 2;
      for (int c = 0; c < 8; c++) {
        float value = values[i * FEATURES + c];
        sum += Float.isNaN(value) ? 0 : c % 2 == 0 ? value : value * value / 2 - 0.5;
      }
      labels[i] = sum > 0 ? 1 : 0;
    }
    DMatrix data = new DMatrix(values, TRAINED, FEATURES, Float.NaN);
    data.setLabel(labels);
    Map<String, Object> parameters =
        Map.of(
            "objective",
            "binary:logistic",
            "max_depth",
            6,
            "eta",
            0.1,
            "seed",
            1,
            "verbosity",
            0,
            "nthread",
            Runtime.getRuntime().availableProcessors());
    Booster booster = XGBoost.train(data, parameters, 100, new HashMap<>(), null, null);
    data.dispose();
    return booster;
  }

  private void requireSame() throws XGBoostError {
    float[][] theirs = booster.inplace_predict(flat, ROWS, FEATURES, Float.NaN);
    float[][] ours = evaluator.evaluate(rows);
    for (int i = 0; i < ROWS; i++) {
      if (Math.abs(theirs[i][0] - ours[i][0]) > TOLERANCE) {
        throw new IllegalStateException(
            "row " + i + ": the evaluator says " + ours[i][0] + ", XGBoost " + theirs[i][0]);
      }
    }
  }

  private void round(int round, int share, @Nullable Figures figures) throws XGBoostError {
    for (int turn = 0; turn < 2; turn++) {
      boolean ours = (round + turn) % 2 == 0;
      double one = ours ? ourRow(2_000 / share) : theirRow(400 / share);
      double many = ours ? ourRows(40 / share) : theirRows(40 / share);
      if (figures != null) {
        figures.value(ONE, ours ? Figures.OURS : PEER, one);
        figures.value(MANY, ours ? Figures.OURS : PEER, many);
      }
    }
  }

  private double ourRow(int calls) {
    float sum = 0;
    long from = System.nanoTime();
    for (int i = 0; i < calls; i++) {
      sum += evaluator.evaluate(rows[i % ROWS])[0];
    }
    return micros(from, calls, sum);
  }

  private double theirRow(int calls) throws XGBoostError {
    float sum = 0;
    long from = System.nanoTime();
    for (int i = 0; i < calls; i++) {
      sum += booster.inplace_predict(rows[i % ROWS], 1, FEATURES, Float.NaN)[0][0];
    }
    return micros(from, calls, sum);
  }

  private double ourRows(int calls) {
    float sum = 0;
    long from = System.nanoTime();
    for (int i = 0; i < calls; i++) {
      sum += evaluator.evaluate(rows)[i % ROWS][0];
    }
    return micros(from, calls, sum);
  }

  private double theirRows(int calls) throws XGBoostError {
    float sum = 0;
    long from = System.nanoTime();
    for (int i = 0; i < calls; i++) {
      sum += booster.inplace_predict(flat, ROWS, FEATURES, Float.NaN)[i % ROWS][0];
    }
    return micros(from, calls, sum);
  }

  private static double micros(long from, int calls, float sum) {
    long nanos = System.nanoTime() - from;
    if (!Float.isFinite(sum)) {
      throw new IllegalStateException("an answer is no number");
    }
    return nanos / 1e3 / calls;
  }
}
