// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import java.util.List;
import org.decisionlab.models.engine.TensorValue;
import org.decisionlab.sidecar.auth.Identity;
import org.jspecify.annotations.Nullable;

/**
 * A question to a model.
 *
 * @param model name of the model, null for the default one
 * @param version number of a version that an alias points at, or an alias; null for what answers
 *     those who name none
 * @param asker who asks it: models that are not for them are not there
 */
public record Ask(@Nullable String model, @Nullable String version, Identity asker) {

  /**
   * Rows that a version answered.
   *
   * @param by the version
   * @param asked the rows in the order of its features
   * @param rows the answers, in the order of the rows
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Rows(ServedModel by, float[][] asked, float[][] rows) {}

  /**
   * Tensors that a version answered.
   *
   * @param by the version
   * @param outputs one for each output of its signature
   * @param rows the same as rows, in the order of the version's features; null where its inputs
   *     have no fixed size for a row, or question and answer are not as many rows
   */
  public record Tensors(ServedModel by, List<TensorValue> outputs, @Nullable Rows rows) {

    /** Whether all of its numbers are some, as those of an answer must be. */
    public boolean isFinite() {
      for (TensorValue output : outputs) {
        for (float number : output.floats()) {
          if (!Float.isFinite(number)) {
            return false;
          }
        }
      }
      return true;
    }
  }
}
