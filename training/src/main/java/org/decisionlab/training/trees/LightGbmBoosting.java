// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.trees;

import io.github.metarank.lightgbm4j.LGBMBooster;
import io.github.metarank.lightgbm4j.LGBMDataset;
import io.github.metarank.lightgbm4j.LGBMException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.trees.LightGbmReader;
import org.decisionlab.models.trees.TreeModel;
import org.jspecify.annotations.Nullable;

/** LightGBM. */
final class LightGbmBoosting implements Boosting {

  private static final int TRAIN = 0;
  private static final int VALIDATION = 1;

  private final LGBMDataset train;
  private final @Nullable LGBMDataset validation;
  private final LGBMBooster booster;
  private final Outcomes outcomes;
  private final List<String> metrics;

  LightGbmBoosting(BoostingRows rows, BoostingRows held, BoostingSettings settings) {
    LightGbmNatives.load();
    outcomes = settings.outcomes();
    String parameters = parameters(rows, settings);
    LGBMDataset first = null;
    LGBMDataset second = null;
    try {
      first = dataset(rows, parameters, null);
      second = dataset(held, parameters, first);
      booster = LGBMBooster.create(first, parameters);
      booster.addValidData(second);
      metrics = List.of(booster.getEvalNames());
      train = first;
      validation = second;
    } catch (LGBMException e) {
      close(second);
      close(first);
      throw failed(e);
    }
  }

  private static String parameters(BoostingRows rows, BoostingSettings settings) {
    Map<String, String> all = new LinkedHashMap<>();
    if (settings.outcomes().named()) {
      all.put("objective", "multiclass");
      all.put("num_class", String.valueOf(settings.outcomes().answers()));
      all.put("metric", "multi_logloss,auc_mu,multi_error");
    } else {
      all.put("objective", "binary");
      all.put("metric", "binary_logloss,auc");
    }
    all.put("seed", String.valueOf(settings.seed()));
    all.put("deterministic", "true");
    if (!settings.parameters().containsKey("force_col_wise")) {
      all.put("force_row_wise", "true");
    }
    all.put("num_threads", String.valueOf(settings.threads()));
    all.put("verbosity", "-1");
    if (!rows.categories().isEmpty()) {
      all.put(
          "categorical_feature",
          rows.categories().stream().map(String::valueOf).collect(Collectors.joining(",")));
    }
    all.putAll(settings.parameters());
    return all.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .collect(Collectors.joining(" "));
  }

  private static LGBMDataset dataset(
      BoostingRows rows, String parameters, @Nullable LGBMDataset like) throws LGBMException {
    LGBMDataset dataset =
        LGBMDataset.createFromMat(
            rows.values(), rows.size(), rows.columns().size(), true, parameters, like);
    dataset.setField("label", rows.labels());
    if (rows.weights() != null) {
      dataset.setField("weight", rows.weights());
    }
    if (like == null) {
      // LightGBM's own names have no blanks.
      dataset.setFeatureNames(
          rows.columns().stream()
              .map(name -> name.replaceAll("[^A-Za-z0-9_.-]", "_"))
              .toArray(String[]::new));
    }
    return dataset;
  }

  @Override
  public boolean update() {
    try {
      return !booster.updateOneIter();
    } catch (LGBMException e) {
      throw failed(e);
    }
  }

  @Override
  public Figures figures() {
    try {
      double[] learned = booster.getEval(TRAIN);
      double[] held = booster.getEval(VALIDATION);
      if (outcomes.named()) {
        int loss = metrics.indexOf("multi_logloss");
        return new Figures(
            learned[loss],
            held[loss],
            held[metrics.indexOf("auc_mu")],
            Map.of(ACCURACY, 1 - held[metrics.indexOf("multi_error")]));
      }
      int loss = metrics.indexOf("binary_logloss");
      return new Figures(learned[loss], held[loss], held[metrics.indexOf("auc")], Map.of());
    } catch (LGBMException e) {
      throw failed(e);
    }
  }

  @Override
  public byte[] state() {
    throw new UnsupportedOperationException("lightgbm4j cannot go on with trees that are there");
  }

  @Override
  public Boosted result(int rounds) {
    try {
      String text = booster.saveModelToString(0, rounds, LGBMBooster.FeatureImportanceType.SPLIT);
      TreeModel model = LightGbmReader.read(text);
      double[] gains = booster.featureImportance(rounds, LGBMBooster.FeatureImportanceType.GAIN);
      return new Result(model, gains, LightGbmPrediction.of(text));
    } catch (LGBMException | ModelFormatException e) {
      throw failed(e);
    }
  }

  @Override
  public void close() {
    try {
      booster.close();
    } catch (LGBMException e) {
      throw failed(e);
    } finally {
      close(validation);
      close(train);
    }
  }

  private static void close(@Nullable LGBMDataset dataset) {
    if (dataset != null) {
      try {
        dataset.close();
      } catch (LGBMException e) {
        throw failed(e);
      }
    }
  }

  private static IllegalStateException failed(Exception cause) {
    return new IllegalStateException("LightGBM: " + cause.getMessage(), cause);
  }

  @SuppressWarnings("ArrayRecordComponent") // handed out once, in here
  private record Result(TreeModel model, double[] gains, LightGbmPrediction library)
      implements Boosted {

    @Override
    public float[] predict(float[] values, int rows) {
      return library.predict(values, rows);
    }

    @Override
    public void close() {
      library.close();
    }
  }
}
