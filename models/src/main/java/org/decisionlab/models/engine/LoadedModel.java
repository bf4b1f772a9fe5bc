// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.engine;

import java.util.List;

/** A model in an engine. Thread safe, except that it must not be used during and after closing. */
public interface LoadedModel extends AutoCloseable {

  /** What goes in and comes out. */
  Signature signature();

  /**
   * The model's answer, computed in the calling thread.
   *
   * @param inputs one for each input of the signature, in its order; rows along the first axis
   * @return one for each output of the signature, in its order
   * @throws IllegalArgumentException when the model does not take these inputs
   * @throws IllegalStateException when the engine fails
   */
  List<TensorValue> run(List<TensorValue> inputs);

  /**
   * Whether a row may have "not a number" in place of one of its numbers, which tells that it is
   * missing: the model itself says what stands for it. Not known of most models, and then false.
   */
  default boolean mayBeMissing(int number) {
    return false;
  }

  /** Gives back what the engine holds for it. */
  @Override
  void close();
}
