// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.export;

import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import java.util.SplittableRandom;
import org.decisionlab.models.graph.InvalidGraphException;
import org.decisionlab.models.graph.ModelGraph;

/**
 * Turns a DJL block into a {@link ModelGraph} by running it on recording arrays.
 *
 * <p>Whatever the block does to the recording arrays becomes a node; what it does to constants
 * alone is done once. The block runs for two numbers of rows, and both recordings must be equal, so
 * nothing can depend on how many rows are asked. An operation that is not listed in {@link
 * Operators}, and a value that is read into Java, are refused by layer and operation.
 */
public final class BlockExporter {

  private static final int[] ROWS = {5, 7};

  private BlockExporter() {}

  /** The graph of a model whose block takes rows of {@code features} numbers. */
  public static ModelGraph export(Model model, int features) {
    return export(model.getBlock(), features, model.getNDManager());
  }

  /**
   * The graph of an initialised block.
   *
   * @param block takes one array of shape (rows, features), gives one of shape (rows, outputs)
   * @param features numbers in a row
   * @param manager manager of the block's parameters
   * @throws ExportRefusedException when something in the block cannot be exported
   */
  public static ModelGraph export(Block block, int features, NDManager manager) {
    return export(block, new Shape(features), manager);
  }

  /**
   * The graph of an initialised block whose rows are images or sequences.
   *
   * @param block takes one array of shape (rows, ..), gives one of shape (rows, outputs)
   * @param row shape of a row
   * @param manager manager of the block's parameters
   * @throws ExportRefusedException when something in the block cannot be exported
   */
  public static ModelGraph export(Block block, Shape row, NDManager manager) {
    ModelGraph graph = trace(block, row, manager, ROWS[0]);
    if (!graph.equals(trace(block, row, manager, ROWS[1]))) {
      throw new ExportRefusedException(
          "the block computes something else for %d rows than for %d; it must treat each row by itself and use no random numbers"
              .formatted(ROWS[0], ROWS[1]));
    }
    return graph;
  }

  private static ModelGraph trace(Block block, Shape row, NDManager parent, int rows) {
    try (NDManager manager = parent.newSubManager()) {
      Tracer tracer = new Tracer(manager, rows);
      NDArray input =
          tracer.input(
              manager.create(
                  sample(rows * Math.toIntExact(row.size())), new Shape(rows).addAll(row)));
      NDList output =
          block.forward(new ConstantParameters(tracer, block), new NDList(input), false);
      if (output.size() != 1) {
        throw new ExportRefusedException(
            "the block gives " + output.size() + " arrays, expected 1");
      }
      return tracer.finish(output.get(0));
    } catch (EngineException e) {
      throw new ExportRefusedException(
          "DJL cannot run the block for " + rows + " rows: " + e.getMessage(), e);
    } catch (InvalidGraphException e) {
      throw new ExportRefusedException("the block makes no valid graph: " + e.getMessage(), e);
    }
  }

  /** Any values do: they decide nothing but must not be special. */
  private static float[] sample(int count) {
    SplittableRandom random = new SplittableRandom(1);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (0.1 + random.nextDouble());
    }
    return values;
  }
}
