// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.testing;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The real onnxruntime, as a judge of our files. */
public final class OnnxRuntime {

  private OnnxRuntime() {}

  /** Evaluates an ONNX model with one input and one output. */
  public static float[][] run(byte[] model, float[][] rows) throws Exception {
    return run(model, List.of(rows[0].length), rows);
  }

  /**
   * Evaluates an ONNX model whose rows are arrays.
   *
   * @param row dimensions of a row
   */
  public static float[][] run(byte[] model, List<Integer> row, float[][] rows) throws Exception {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    long[] shape = new long[row.size() + 1];
    shape[0] = rows.length;
    Arrays.setAll(shape, i -> i == 0 ? rows.length : row.get(i - 1));
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      try (OrtSession session = environment.createSession(model, options);
          OnnxTensor tensor =
              OnnxTensor.createTensor(environment, FloatBuffer.wrap(flat(rows)), shape);
          OrtSession.Result result =
              session.run(Map.of(session.getInputNames().iterator().next(), tensor))) {
        return (float[][]) result.get(0).getValue();
      }
    }
  }

  static float[] flat(float[][] rows) {
    int width = rows[0].length;
    float[] flat = new float[rows.length * width];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * width, width);
    }
    return flat;
  }
}
