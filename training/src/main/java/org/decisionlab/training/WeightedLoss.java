// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Activation;
import ai.djl.training.loss.Loss;

/** Binary cross-entropy on the logit, each row counting by the weight that follows its label. */
final class WeightedLoss extends Loss {

  WeightedLoss() {
    super("WeightedSigmoidBinaryCrossEntropyLoss");
  }

  @Override
  public NDArray evaluate(NDList labels, NDList predictions) {
    NDArray logit = predictions.singletonOrThrow();
    NDArray label = labels.get(0).reshape(logit.getShape());
    NDArray weight = labels.get(1).reshape(logit.getShape());
    NDArray each =
        Activation.relu(logit)
            .sub(logit.mul(label))
            .add(Activation.softPlus(logit.abs().neg()))
            .mul(weight);
    // A batch in which all weights are 0 teaches nothing.
    return each.sum().div(weight.sum().maximum(Float.MIN_NORMAL));
  }
}
