// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.models.graph.InvalidGraphException;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.tensorflow.GraphDefReader;
import org.decisionlab.models.tensorflow.SavedModelReader;

/** The evaluator in Java, without native code. */
public final class JavaEngine implements Engine {

  /** Its name. */
  public static final String NAME = "java";

  private static final EngineDescription DESCRIPTION =
      new EngineDescription(
          NAME, "1", Set.of(ModelFormat.SAVED_MODEL, ModelFormat.FROZEN_GRAPH), false);

  @Override
  public EngineDescription description() {
    return DESCRIPTION;
  }

  @Override
  public LoadedModel load(ModelFile model) throws IOException {
    try {
      return new Loaded(Evaluator.of(graph(model)));
    } catch (InvalidGraphException e) {
      throw new ModelFormatException(e.getMessage(), e);
    }
  }

  /**
   * The graph of a stored form.
   *
   * @throws ModelFormatException when it is damaged or not such a graph
   */
  public static ModelGraph graph(ModelFile model) throws IOException {
    byte[] bytes = Files.readAllBytes(model.file());
    String input = model.inputNode();
    String output = model.outputNode();
    if (model.format() == ModelFormat.SAVED_MODEL) {
      return SavedModelReader.read(bytes);
    }
    if (model.format() == ModelFormat.ONNX) {
      throw new ModelFormatException("the evaluator in Java does not read ONNX");
    }
    if (input == null || output == null) {
      throw new ModelFormatException("a frozen graph needs the names of its input and output");
    }
    return GraphDefReader.read(bytes, input, output);
  }

  private static final class Loaded implements LoadedModel {

    private final Evaluator evaluator;
    private final Signature signature;

    Loaded(Evaluator evaluator) {
      this.evaluator = evaluator;
      this.signature =
          new Signature(
              List.of(rows("inputs", evaluator.features())),
              List.of(rows("outputs", evaluator.outputs())));
    }

    private static TensorSpec rows(String name, int width) {
      return new TensorSpec(name, ElementType.FLOAT32, List.of(TensorSpec.ANY, width));
    }

    @Override
    public Signature signature() {
      return signature;
    }

    @Override
    public List<TensorValue> run(List<TensorValue> inputs) {
      if (inputs.size() != 1 || inputs.get(0).type() != ElementType.FLOAT32) {
        throw new IllegalArgumentException("the model takes one input of FLOAT32, found " + inputs);
      }
      float[] rows = inputs.get(0).floats();
      int count = inputs.get(0).rows();
      int width = evaluator.features();
      if (rows.length != (long) count * width) {
        throw new IllegalArgumentException(
            "the model takes rows of " + width + " numbers, found " + inputs.get(0));
      }
      return List.of(TensorValue.of(answers(rows, count, width), count, evaluator.outputs()));
    }

    @Override
    public boolean mayBeMissing(int number) {
      return evaluator.mayBeMissing(number);
    }

    private float[] answers(float[] rows, int count, int width) {
      if (count == 1) {
        return evaluator.evaluate(rows);
      }
      float[][] split = new float[count][];
      for (int i = 0; i < count; i++) {
        split[i] = java.util.Arrays.copyOfRange(rows, i * width, (i + 1) * width);
      }
      float[] answers = new float[Math.multiplyExact(count, evaluator.outputs())];
      float[][] found = evaluator.evaluate(split);
      for (int i = 0; i < count; i++) {
        System.arraycopy(found[i], 0, answers, i * evaluator.outputs(), evaluator.outputs());
      }
      return answers;
    }

    @Override
    public void close() {
      // Nothing but memory of the virtual machine.
    }

    @Override
    public String toString() {
      return evaluator.toString();
    }
  }
}
