// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.runtime;

import java.nio.file.Files;
import java.nio.file.Path;
import org.decisionlab.models.tensorflow.ServingNames;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.ndarray.StdArrays;
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
        return run(session, input, output, rows);
      }
    }
  }

  /** Evaluates a SavedModel as TFaaS does, by the fixed names of its nodes. */
  public static float[][] servedByName(byte[] savedModel, Path folder, float[][] rows)
      throws Exception {
    try (SavedModelBundle bundle = load(savedModel, folder)) {
      return run(bundle.session(), ServingNames.INPUT, ServingNames.OUTPUT, rows);
    }
  }

  /** Evaluates a SavedModel through its signature, as every other client does. */
  public static float[][] servedBySignature(byte[] savedModel, Path folder, float[][] rows)
      throws Exception {
    try (SavedModelBundle bundle = load(savedModel, folder);
        TFloat32 tensor = TFloat32.tensorOf(StdArrays.ndCopyOf(rows));
        Result result =
            bundle.function(ServingNames.SIGNATURE).call(java.util.Map.of("inputs", tensor))) {
      return toRows((TFloat32) result.get("outputs").orElseThrow());
    }
  }

  private static SavedModelBundle load(byte[] savedModel, Path folder) throws Exception {
    Files.createDirectories(folder.resolve("assets"));
    Files.createDirectories(folder.resolve("variables"));
    Files.write(folder.resolve("saved_model.pb"), savedModel);
    return SavedModelBundle.load(folder.toString(), ServingNames.TAG);
  }

  private static float[][] run(Session session, String input, String output, float[][] rows) {
    try (TFloat32 tensor = TFloat32.tensorOf(StdArrays.ndCopyOf(rows));
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
