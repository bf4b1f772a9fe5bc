// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.engine;

/** Forms in which a model is stored. */
public enum ModelFormat {
  /** TensorFlow's SavedModel: {@code saved_model.pb}, with {@code variables/} or constants. */
  SAVED_MODEL,
  /** TensorFlow's frozen graph. */
  FROZEN_GRAPH,
  /** ONNX. */
  ONNX
}
