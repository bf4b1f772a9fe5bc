// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;

/** Parameters that are fitted to rows and saved and exported with a model, but never learned. */
final class FittedParameter {

  private FittedParameter() {}

  /** A vector. */
  static Parameter of(String name, float[] values) {
    return Parameter.builder()
        .setName(name)
        .setType(Parameter.Type.OTHER)
        .optShape(new Shape(values.length))
        .optRequiresGrad(false)
        .optInitializer((manager, shape, type) -> manager.create(values, shape).toType(type, false))
        .build();
  }
}
