// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.bundle;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import java.util.ArrayList;
import java.util.List;

/**
 * A row with the answer that the model must give.
 *
 * @param inputs features in the model's order; one that is missing is "not a number", null in JSON
 * @param outputs the answer
 */
public record GoldenRow(
    @JsonSerialize(contentUsing = CardJson.MissingWriter.class)
        @JsonDeserialize(contentUsing = CardJson.MissingReader.class)
        List<Float> inputs,
    List<Float> outputs) {

  /** Refuses rows that are empty, have an infinite value, or an answer that is not a number. */
  public GoldenRow {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    if (inputs.isEmpty() || outputs.isEmpty()) {
      throw new IllegalArgumentException("a golden row needs inputs and outputs");
    }
    for (List<Float> values : List.of(inputs, outputs)) {
      for (float value : values) {
        if (Float.isInfinite(value) || (values == outputs && Float.isNaN(value))) {
          throw new IllegalArgumentException("a golden row with the value " + value);
        }
      }
    }
  }

  /** Whether this feature is missing in the row. */
  public boolean isMissing(int feature) {
    return inputs.get(feature).isNaN();
  }

  /** A row and its answer. */
  public static GoldenRow of(float[] inputs, float[] outputs) {
    return new GoldenRow(boxed(inputs), boxed(outputs));
  }

  /** The inputs as an evaluator takes them. */
  public float[] inputArray() {
    float[] row = new float[inputs.size()];
    for (int i = 0; i < row.length; i++) {
      row[i] = inputs.get(i);
    }
    return row;
  }

  private static List<Float> boxed(float[] values) {
    List<Float> list = new ArrayList<>(values.length);
    for (float value : values) {
      list.add(value);
    }
    return list;
  }
}
