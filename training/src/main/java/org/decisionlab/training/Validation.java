// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import ai.djl.Model;
import ai.djl.TrainingDivergedException;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.evaluator.Evaluator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.decisionlab.training.dataset.LabelledRows;
import org.decisionlab.training.evaluation.Metrics;

/** The figures of a net over the validation rows. */
final class Validation {

  private static final String KEY = "validation";

  private final LabelledRows rows;
  private final List<Evaluator> evaluators;

  /**
   * @param evaluators DJL's, given labels and logits of shape (rows, 1)
   */
  Validation(LabelledRows rows, List<Evaluator> evaluators) {
    this.rows = rows;
    this.evaluators = List.copyOf(evaluators);
  }

  /** Figures by name: loss, AUC and those of the evaluators. */
  record Figures(double loss, double auc, Map<String, Double> metrics) {}

  /**
   * Asks the net.
   *
   * @param epoch for messages
   */
  Figures of(Model model, int epoch) {
    float[] logits = Inference.of(model).outputs(rows.features(), rows.columns().size());
    boolean[] labels = rows.labels();
    float[] weights = rows.weights();
    double[] scores = new double[logits.length];
    double lossSum = 0;
    double weightSum = 0;
    for (int i = 0; i < scores.length; i++) {
      double logit = logits[i];
      scores[i] = logit;
      lossSum +=
          weights[i]
              * (Math.max(logit, 0)
                  - (labels[i] ? logit : 0)
                  + Math.log1p(Math.exp(-Math.abs(logit))));
      weightSum += weights[i];
    }
    double loss = lossSum / weightSum;
    if (!Double.isFinite(loss)) {
      throw diverged("validation loss is " + loss, epoch, "after its last batch");
    }
    return new Figures(loss, Metrics.auc(labels, scores), metrics(model, labels, logits));
  }

  private Map<String, Double> metrics(Model model, boolean[] labels, float[] logits) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    if (evaluators.isEmpty()) {
      return metrics;
    }
    float[] yes = new float[labels.length];
    for (int i = 0; i < yes.length; i++) {
      yes[i] = labels[i] ? 1 : 0;
    }
    try (NDManager manager = model.getNDManager().newSubManager()) {
      Shape shape = new Shape(yes.length, 1);
      NDList truth = new NDList(manager.create(yes, shape));
      NDList given = new NDList(manager.create(logits, shape));
      for (Evaluator evaluator : evaluators) {
        evaluator.addAccumulator(KEY);
        evaluator.resetAccumulator(KEY);
        evaluator.updateAccumulator(KEY, truth, given);
        metrics.put(evaluator.getName(), (double) evaluator.getAccumulator(KEY));
      }
    }
    return metrics;
  }

  static TrainingDivergedException diverged(String what, int epoch, String where) {
    return new TrainingDivergedException(
        "%s in epoch %d, %s. Lower the learning rate, and look for extreme values among the features"
            .formatted(what, epoch, where));
  }
}
