// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.engine.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.engine.ElementType;
import org.decisionlab.models.engine.LoadedModel;
import org.decisionlab.models.engine.Signature;
import org.decisionlab.models.engine.TensorSpec;
import org.decisionlab.models.engine.TensorValue;
import org.jspecify.annotations.Nullable;

/** A model in a session, which may be asked by several threads. */
final class OnnxModel implements LoadedModel {

  private final OrtEnvironment environment;
  private final OrtSession session;
  private final Signature signature;
  private final Set<String> outputs = new LinkedHashSet<>();

  private OnnxModel(OrtEnvironment environment, OrtSession session, Signature signature) {
    this.environment = environment;
    this.session = session;
    this.signature = signature;
    signature.outputs().forEach(output -> outputs.add(output.name()));
  }

  /** Outputs that are no tensors of numbers, such as maps of labels, are left out. */
  static OnnxModel of(OrtEnvironment environment, OrtSession session)
      throws OrtException, ModelFormatException {
    List<TensorSpec> inputs = new ArrayList<>();
    for (NodeInfo input : session.getInputInfo().values()) {
      TensorSpec spec = spec(input);
      if (spec == null) {
        throw new ModelFormatException(
            "input " + input.getName() + " is " + input.getInfo() + "; only numbers are supported");
      }
      inputs.add(spec);
    }
    List<TensorSpec> outputs = new ArrayList<>();
    for (NodeInfo output : session.getOutputInfo().values()) {
      TensorSpec spec = spec(output);
      if (spec != null) {
        outputs.add(spec);
      }
    }
    return new OnnxModel(environment, session, new Signature(inputs, outputs));
  }

  private static @Nullable TensorSpec spec(NodeInfo node) {
    if (!(node.getInfo() instanceof TensorInfo tensor)) {
      return null;
    }
    ElementType type = type(tensor.type);
    List<Integer> shape =
        Arrays.stream(tensor.getShape())
            .mapToObj(size -> size < 0 ? TensorSpec.ANY : Math.toIntExact(size))
            .toList();
    return type == null ? null : new TensorSpec(node.getName(), type, shape);
  }

  private static @Nullable ElementType type(OnnxJavaType type) {
    return switch (type) {
      case FLOAT -> ElementType.FLOAT32;
      case DOUBLE -> ElementType.FLOAT64;
      case INT32 -> ElementType.INT32;
      case INT64 -> ElementType.INT64;
      default -> null;
    };
  }

  @Override
  public Signature signature() {
    return signature;
  }

  @Override
  public List<TensorValue> run(List<TensorValue> inputs) {
    if (inputs.size() != signature.inputs().size()) {
      throw new IllegalArgumentException(
          "the model takes " + signature.inputs() + ", found " + inputs);
    }
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    try {
      for (int i = 0; i < inputs.size(); i++) {
        TensorSpec spec = signature.inputs().get(i);
        if (inputs.get(i).type() != spec.type()) {
          throw new IllegalArgumentException(
              "input " + spec.name() + " must be " + spec.type() + ", found " + inputs.get(i));
        }
        tensors.put(spec.name(), tensor(inputs.get(i)));
      }
      try (OrtSession.Result result = session.run(tensors, outputs)) {
        List<TensorValue> values = new ArrayList<>();
        for (TensorSpec output : signature.outputs()) {
          values.add(value((OnnxTensor) result.get(output.name()).orElseThrow()));
        }
        return values;
      }
    } catch (OrtException e) {
      throw new IllegalStateException(e.getMessage(), e);
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
  }

  private OnnxTensor tensor(TensorValue value) throws OrtException {
    long[] shape = Arrays.stream(value.shape()).asLongStream().toArray();
    return switch (value.type()) {
      case FLOAT32 ->
          OnnxTensor.createTensor(environment, FloatBuffer.wrap((float[]) value.numbers()), shape);
      case FLOAT64 ->
          OnnxTensor.createTensor(
              environment, DoubleBuffer.wrap((double[]) value.numbers()), shape);
      case INT32 ->
          OnnxTensor.createTensor(environment, IntBuffer.wrap((int[]) value.numbers()), shape);
      case INT64 ->
          OnnxTensor.createTensor(environment, LongBuffer.wrap((long[]) value.numbers()), shape);
    };
  }

  private static TensorValue value(OnnxTensor tensor) {
    TensorInfo info = tensor.getInfo();
    int[] shape = Arrays.stream(info.getShape()).mapToInt(Math::toIntExact).toArray();
    int count = Math.toIntExact(Arrays.stream(info.getShape()).reduce(1, Math::multiplyExact));
    return switch (info.type) {
      case FLOAT -> {
        float[] numbers = new float[count];
        tensor.getFloatBuffer().get(numbers);
        yield TensorValue.of(numbers, shape);
      }
      case DOUBLE -> {
        double[] numbers = new double[count];
        tensor.getDoubleBuffer().get(numbers);
        yield TensorValue.of(numbers, shape);
      }
      case INT32 -> {
        int[] numbers = new int[count];
        tensor.getIntBuffer().get(numbers);
        yield TensorValue.of(numbers, shape);
      }
      case INT64 -> {
        long[] numbers = new long[count];
        tensor.getLongBuffer().get(numbers);
        yield TensorValue.of(numbers, shape);
      }
      default -> throw new IllegalStateException("an output became " + info);
    };
  }

  @Override
  public void close() {
    OnnxEngine.close(session);
  }
}
