// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.decisionlab.models.tensorflow.ServingNames;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TFloat32;

/** The real TensorFlow, as a judge of our files. */
public final class TensorFlowRuntime {

  private TensorFlowRuntime() {}

  /** Evaluates a frozen graph by the names of its nodes. */
  public static float[][] frozen(byte[] graphDef, String input, String output, float[][] rows)
      throws Exception {
    try (Graph graph = new Graph()) {
      graph.importGraphDef(GraphDef.parseFrom(graphDef));
      try (Session session = new Session(graph)) {
        return run(session, input, output, List.of(rows[0].length), rows);
      }
    }
  }

  /**
   * Evaluates a SavedModel whose rows are arrays, by the fixed names of its nodes.
   *
   * @param row dimensions of a row
   */
  public static float[][] servedByName(
      byte[] savedModel, Path folder, List<Integer> row, float[][] rows) throws Exception {
    try (SavedModelBundle bundle = load(savedModel, folder)) {
      return run(bundle.session(), ServingNames.INPUT, ServingNames.OUTPUT, row, rows);
    }
  }

  /** Evaluates a SavedModel as TFaaS does, by the fixed names of its nodes. */
  public static float[][] servedByName(byte[] savedModel, Path folder, float[][] rows)
      throws Exception {
    return servedByName(savedModel, folder, List.of(rows[0].length), rows);
  }

  /** Evaluates a SavedModel through its signature, as every other client does. */
  public static float[][] servedBySignature(byte[] savedModel, Path folder, float[][] rows)
      throws Exception {
    try (SavedModelBundle bundle = load(savedModel, folder);
        TFloat32 tensor = TFloat32.tensorOf(StdArrays.ndCopyOf(rows));
        Result result = bundle.function(ServingNames.SIGNATURE).call(Map.of("inputs", tensor))) {
      return toRows((TFloat32) result.get("outputs").orElseThrow());
    }
  }

  private static SavedModelBundle load(byte[] savedModel, Path folder) throws Exception {
    Files.createDirectories(folder.resolve("assets"));
    Files.createDirectories(folder.resolve("variables"));
    Files.write(folder.resolve("saved_model.pb"), savedModel);
    return SavedModelBundle.load(folder.toString(), ServingNames.TAG);
  }

  private static float[][] run(
      Session session, String input, String output, List<Integer> row, float[][] rows) {
    long[] shape = new long[row.size() + 1];
    Arrays.setAll(shape, i -> i == 0 ? rows.length : row.get(i - 1));
    try (TFloat32 tensor =
            TFloat32.tensorOf(Shape.of(shape), DataBuffers.of(OnnxRuntime.flat(rows)));
        Result result = session.runner().feed(input, tensor).fetch(output).run()) {
      return toRows((TFloat32) result.get(0));
    }
  }

  private static float[][] toRows(TFloat32 tensor) {
    int count = (int) tensor.shape().get(0);
    float[][] rows = new float[count][(int) tensor.shape().get(1)];
    StdArrays.copyFrom(tensor, rows);
    return rows;
  }
}
