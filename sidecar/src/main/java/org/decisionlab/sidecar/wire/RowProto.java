// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.proto.WireReader;
import org.decisionlab.models.proto.WireWriter;
import org.decisionlab.sidecar.fault.RefusedException;
import org.jspecify.annotations.Nullable;

/** Reads and writes the protobuf messages of package {@code tfaaspb}: Row, Predictions. */
public final class RowProto {

  private static final int ROW_KEY = 1;
  private static final int ROW_VALUE = 2;
  private static final int ROW_MODEL = 3;
  private static final int PREDICTIONS_PREDICTION = 1;
  private static final int CLASS_PROBABILITY = 2;

  private RowProto() {}

  /**
   * Reads one Row.
   *
   * @throws RefusedException when the bytes are not one
   */
  public static Row parse(byte[] bytes) {
    List<String> keys = new ArrayList<>();
    float[] values = new float[0];
    String model = null;
    try {
      WireReader reader = WireReader.of(bytes, "Row");
      while (reader.next()) {
        switch (reader.field()) {
          case ROW_KEY -> keys.add(reader.text());
          case ROW_VALUE -> values = joined(values, reader.floats());
          case ROW_MODEL -> model = reader.text();
          default -> {}
        }
      }
    } catch (ModelFormatException e) {
      throw RefusedException.malformed("the body is not a tfaaspb.Row: " + e.getMessage());
    }
    requireFinite(values);
    return new Row(keys, values, Rounding.NONE, emptyAsNull(model));
  }

  /** Writes Predictions without labels; a probability of 0 is left out, as proto3 wants it. */
  public static byte[] predictions(float[] probabilities) {
    WireWriter writer = new WireWriter();
    for (float probability : probabilities) {
      writer.message(
          PREDICTIONS_PREDICTION,
          message -> {
            if (probability != 0) {
              message.fixed32(CLASS_PROBABILITY, probability);
            }
          });
    }
    return writer.toByteArray();
  }

  private static float[] joined(float[] first, float[] second) {
    float[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  /** "Not a number" tells that a value is missing. */
  private static void requireFinite(float[] values) {
    for (int i = 0; i < values.length; i++) {
      if (Float.isInfinite(values[i])) {
        throw RefusedException.malformed("value[" + i + "] is not finite: " + values[i]);
      }
    }
  }

  private static @Nullable String emptyAsNull(@Nullable String text) {
    return text == null || text.isEmpty() ? null : text;
  }
}
