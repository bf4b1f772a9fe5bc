// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.engine.tensorflow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.engine.ElementType;
import org.decisionlab.models.engine.LoadedModel;
import org.decisionlab.models.engine.Signature;
import org.decisionlab.models.engine.TensorSpec;
import org.decisionlab.models.engine.TensorValue;
import org.decisionlab.models.tensorflow.ServingNames;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Output;
import org.tensorflow.RawTensor;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/** A model in a session, which may be asked by several threads. */
final class TensorFlowModel implements LoadedModel {

  private final Session session;
  private final AutoCloseable owner;
  private final Signature signature;
  private final List<String> feeds;
  private final List<String> fetches;

  private TensorFlowModel(Session session, AutoCloseable owner, Ends inputs, Ends outputs) {
    this.session = session;
    this.owner = owner;
    this.signature = new Signature(inputs.specs, outputs.specs);
    this.feeds = inputs.tensors;
    this.fetches = outputs.tensors;
  }

  /** Inputs or outputs, with the names of their tensors in the graph. */
  private record Ends(List<TensorSpec> specs, List<String> tensors) {

    static Ends of(Map<String, TensorInfo> infos, String role) throws ModelFormatException {
      Ends ends = new Ends(new ArrayList<>(), new ArrayList<>());
      for (Map.Entry<String, TensorInfo> each : new TreeMap<>(infos).entrySet()) {
        TensorInfo info = each.getValue();
        ElementType type = type(info.getDtype());
        if (type == null) {
          throw new ModelFormatException(
              role
                  + " "
                  + each.getKey()
                  + " is "
                  + info.getDtype()
                  + "; only numbers are supported");
        }
        List<Integer> shape =
            info.getTensorShape().getDimList().stream()
                .map(dim -> dim.getSize() < 0 ? TensorSpec.ANY : Math.toIntExact(dim.getSize()))
                .toList();
        ends.specs.add(new TensorSpec(each.getKey(), type, shape));
        ends.tensors.add(info.getName());
      }
      return ends;
    }

    static Ends of(Graph graph, String node) throws ModelFormatException {
      GraphOperation operation = graph.operation(node);
      if (operation == null || operation.numOutputs() == 0) {
        throw new ModelFormatException("the graph has no node " + node + " with an output");
      }
      Output<?> output = operation.output(0);
      ElementType type = type(output.dataType());
      if (type == null) {
        throw new ModelFormatException(
            "node " + node + " is " + output.dataType() + "; only numbers are supported");
      }
      Shape found = output.shape();
      List<Integer> shape =
          found.isUnknown()
              ? List.of()
              : Arrays.stream(found.asArray())
                  .mapToObj(size -> size < 0 ? TensorSpec.ANY : Math.toIntExact(size))
                  .toList();
      return new Ends(List.of(new TensorSpec(node, type, shape)), List.of(node + ":0"));
    }

    private static @Nullable ElementType type(DataType type) {
      return switch (type) {
        case DT_FLOAT -> ElementType.FLOAT32;
        case DT_DOUBLE -> ElementType.FLOAT64;
        case DT_INT32 -> ElementType.INT32;
        case DT_INT64 -> ElementType.INT64;
        default -> null;
      };
    }
  }

  /** By the signature for serving; without one, by the names of nodes that TFaaS expects. */
  static TensorFlowModel of(SavedModelBundle bundle) throws ModelFormatException {
    SignatureDef found = bundle.metaGraphDef().getSignatureDefMap().get(ServingNames.SIGNATURE);
    if (found == null) {
      return new TensorFlowModel(
          bundle.session(),
          bundle,
          Ends.of(bundle.graph(), ServingNames.INPUT),
          Ends.of(bundle.graph(), ServingNames.OUTPUT));
    }
    return new TensorFlowModel(
        bundle.session(),
        bundle,
        Ends.of(found.getInputsMap(), "input"),
        Ends.of(found.getOutputsMap(), "output"));
  }

  static TensorFlowModel of(Graph graph, Session session, String input, String output)
      throws ModelFormatException {
    return new TensorFlowModel(
        session,
        () -> {
          session.close();
          graph.close();
        },
        Ends.of(graph, input),
        Ends.of(graph, output));
  }

  @Override
  public Signature signature() {
    return signature;
  }

  @Override
  public List<TensorValue> run(List<TensorValue> inputs) {
    if (inputs.size() != feeds.size()) {
      throw new IllegalArgumentException(
          "the model takes " + signature.inputs() + ", found " + inputs);
    }
    List<Tensor> tensors = new ArrayList<>();
    try {
      Session.Runner runner = session.runner();
      for (int i = 0; i < feeds.size(); i++) {
        TensorSpec spec = signature.inputs().get(i);
        if (inputs.get(i).type() != spec.type()) {
          throw new IllegalArgumentException(
              "input " + spec.name() + " must be " + spec.type() + ", found " + inputs.get(i));
        }
        Tensor tensor = tensor(inputs.get(i));
        tensors.add(tensor);
        runner.feed(feeds.get(i), tensor);
      }
      fetches.forEach(runner::fetch);
      try (Result result = runner.run()) {
        List<TensorValue> values = new ArrayList<>();
        for (int i = 0; i < fetches.size(); i++) {
          values.add(value(result.get(i).asRawTensor(), signature.outputs().get(i).type()));
        }
        return values;
      }
    } catch (TensorFlowException e) {
      throw new IllegalStateException(e.getMessage(), e);
    } finally {
      tensors.forEach(Tensor::close);
    }
  }

  private static Tensor tensor(TensorValue value) {
    Shape shape = Shape.of(Arrays.stream(value.shape()).asLongStream().toArray());
    return switch (value.type()) {
      case FLOAT32 -> TFloat32.tensorOf(shape, DataBuffers.of((float[]) value.numbers()));
      case FLOAT64 -> TFloat64.tensorOf(shape, DataBuffers.of((double[]) value.numbers()));
      case INT32 -> TInt32.tensorOf(shape, DataBuffers.of((int[]) value.numbers()));
      case INT64 -> TInt64.tensorOf(shape, DataBuffers.of((long[]) value.numbers()));
    };
  }

  private static TensorValue value(RawTensor tensor, ElementType type) {
    int[] shape = Arrays.stream(tensor.shape().asArray()).mapToInt(Math::toIntExact).toArray();
    int count = Math.toIntExact(tensor.shape().size());
    return switch (type) {
      case FLOAT32 -> {
        float[] numbers = new float[count];
        tensor.data().asFloats().read(numbers);
        yield TensorValue.of(numbers, shape);
      }
      case FLOAT64 -> {
        double[] numbers = new double[count];
        tensor.data().asDoubles().read(numbers);
        yield TensorValue.of(numbers, shape);
      }
      case INT32 -> {
        int[] numbers = new int[count];
        tensor.data().asInts().read(numbers);
        yield TensorValue.of(numbers, shape);
      }
      case INT64 -> {
        long[] numbers = new long[count];
        tensor.data().asLongs().read(numbers);
        yield TensorValue.of(numbers, shape);
      }
    };
  }

  @Override
  public void close() {
    try {
      owner.close();
    } catch (Exception e) {
      throw new IllegalStateException("the session could not be closed: " + e.getMessage(), e);
    }
  }
}
