// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.export;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.onnx.OnnxWriter;
import org.decisionlab.models.tensorflow.SavedModelReader;
import org.decisionlab.models.tensorflow.SavedModelWriter;
import org.decisionlab.models.testing.OnnxRuntime;
import org.decisionlab.models.testing.TensorFlowRuntime;

/** Compares what DJL makes of a block with what every runtime makes of its export. */
final class Judge {

  private static final double TOLERANCE = 1e-5;

  private final NDManager manager;
  private final Random random;

  Judge(NDManager manager, long seed) {
    this.manager = manager;
    this.random = new Random(seed);
  }

  /** Initialises a block and gives every parameter, running statistics too, a value of its own. */
  void initialise(Block block, Shape row) {
    block.setInitializer(Initializer.ONES, parameter -> true);
    block.initialize(manager, DataType.FLOAT32, new Shape(1).addAll(row));
    for (Parameter parameter : block.getParameters().values()) {
      float[] values = new float[(int) parameter.getShape().size()];
      int inputs =
          values.length
              / (int)
                  Math.max(
                      1, parameter.getShape().dimension() == 0 ? 1 : parameter.getShape().get(0));
      float spread = values.length < 64 ? 0.5f : (float) (1 / Math.sqrt(Math.max(1, inputs)));
      for (int i = 0; i < values.length; i++) {
        values[i] =
            parameter.getType() == Parameter.Type.RUNNING_VAR
                ? 0.2f + 3 * random.nextFloat()
                : spread * (float) random.nextGaussian();
      }
      parameter.getArray().set(values);
    }
  }

  float[][] rows(int count, Shape row, boolean whole) {
    float[][] rows = new float[count][(int) row.size()];
    for (float[] each : rows) {
      for (int i = 0; i < each.length; i++) {
        each[i] = whole ? random.nextInt(5) : (float) (1.5 * random.nextGaussian());
      }
    }
    return rows;
  }

  /** What DJL makes of rows. */
  float[][] djl(Block block, Shape row, float[][] rows) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray input = scope.create(ParityCheck.flat(rows), new Shape(rows.length).addAll(row));
      NDArray output =
          block
              .forward(new ParameterStore(scope, false), new NDList(input), false)
              .singletonOrThrow();
      float[] flat = output.toType(DataType.FLOAT32, false).toFloatArray();
      int width = flat.length / rows.length;
      float[][] answers = new float[rows.length][width];
      for (int i = 0; i < rows.length; i++) {
        System.arraycopy(flat, i * width, answers[i], 0, width);
      }
      return answers;
    }
  }

  /** The export of a block that is initialised, checked in our evaluator and in two runtimes. */
  ModelGraph check(Block block, Shape row, boolean whole, Path folder, int... batches)
      throws Exception {
    ModelGraph graph = BlockExporter.export(block, row, manager);
    byte[] onnx = OnnxWriter.write(graph);
    byte[] saved = SavedModelWriter.write(graph);
    Evaluator evaluator = Evaluator.of(graph);
    Evaluator readBack = Evaluator.of(SavedModelReader.read(saved));
    List<Integer> dimensions = Tracer.dimensions(row);
    for (int batch : batches) {
      float[][] rows = rows(batch, row, whole);
      float[][] expected = djl(block, row, rows);
      agree("Java evaluator", expected, evaluator.evaluate(rows));
      agree("read back", expected, readBack.evaluate(rows));
      agree("onnxruntime", expected, OnnxRuntime.run(onnx, dimensions, rows));
      agree(
          "TensorFlow",
          expected,
          TensorFlowRuntime.servedByName(saved, folder.resolve("n" + batch), dimensions, rows));
    }
    return graph;
  }

  static void agree(String runtime, float[][] expected, float[][] found) {
    assertThat(found).as(runtime).hasNumberOfRows(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i]).as("%s, row %d", runtime, i).hasSameSizeAs(expected[i]);
      for (int k = 0; k < expected[i].length; k++) {
        double scale = Math.max(1, Math.abs(expected[i][k]));
        assertThat(Math.abs(found[i][k] - expected[i][k]) / scale)
            .as(
                "%s, row %d, output %d: DJL %s, found %s",
                runtime, i, k, expected[i][k], found[i][k])
            .isLessThanOrEqualTo(TOLERANCE);
      }
    }
  }
}
