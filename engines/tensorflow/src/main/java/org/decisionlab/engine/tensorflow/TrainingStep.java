// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.engine.tensorflow;

import static org.decisionlab.engine.tensorflow.VariableGraph.FLOAT;
import static org.decisionlab.engine.tensorflow.VariableGraph.constant;
import static org.decisionlab.engine.tensorflow.VariableGraph.node;

import java.util.List;
import java.util.Set;
import org.decisionlab.models.tensorflow.ServingNames;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDefOrBuilder;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/**
 * One step of gradient descent on the binary cross-entropy of the answer, which is a probability,
 * as nodes of a graph: given rows, labels and a learning rate, it gives the loss before the step.
 */
final class TrainingStep {

  /** Name of the signature. */
  static final String SIGNATURE = "train";

  private static final String LABELS = "train_labels";
  private static final String RATE = "train_learning_rate";
  private static final String LOSS = "train/loss";
  private static final String DONE = "train_loss";

  /** A probability this near to 0 or 1 counts as this: its logarithm must be finite. */
  private static final float NEAREST = 1e-7f;

  private final String answer;
  private final List<String> weights;

  TrainingStep(String answer, Set<String> weights) {
    this.answer = answer;
    this.weights = List.copyOf(weights);
  }

  /** The graph with the loss. */
  GraphDef withLoss(GraphDef graph) {
    GraphDef.Builder to = graph.toBuilder();
    to.addNode(placeholder(LABELS, TensorShapeProto.newBuilder().setUnknownRank(true)));
    to.addNode(placeholder(RATE, TensorShapeProto.newBuilder()));
    to.addNode(number("train/one", 1));
    to.addNode(number("train/nearest_0", NEAREST));
    to.addNode(number("train/nearest_1", 1 - NEAREST));
    // -(label log p + (1 - label) log(1 - p)), with p away from 0 and 1
    add(to, "Maximum", "train/above", answer, "train/nearest_0");
    add(to, "Minimum", "train/p", "train/above", "train/nearest_1");
    add(to, "Log", "train/log_yes", "train/p");
    add(to, "Sub", "train/no", "train/one", "train/p");
    add(to, "Log", "train/log_no", "train/no");
    add(to, "Sub", "train/label_no", "train/one", LABELS);
    add(to, "Mul", "train/yes_part", LABELS, "train/log_yes");
    add(to, "Mul", "train/no_part", "train/label_no", "train/log_no");
    add(to, "AddV2", "train/parts", "train/yes_part", "train/no_part");
    add(to, "Neg", "train/each", "train/parts");
    TensorProto.Builder axes =
        TensorProto.newBuilder()
            .setDtype(DataType.DT_INT32)
            .setTensorShape(
                TensorShapeProto.newBuilder().addDim(TensorShapeProto.Dim.newBuilder().setSize(2)))
            .addIntVal(0)
            .addIntVal(1);
    to.addNode(constant("train/axes", axes));
    to.addNode(
        node("Mean", LOSS, "train/each", "train/axes")
            .putAttr("T", FLOAT)
            .putAttr("Tidx", VariableGraph.type(DataType.DT_INT32)));
    return to.build();
  }

  /** Adds the gradients of the loss by the weights. */
  Output<?>[] gradients(Graph graph) {
    Output<?>[] values =
        weights.stream().map(name -> graph.operationOrThrow(name).output(0)).toArray(Output[]::new);
    return graph.addGradients(graph.operationOrThrow(LOSS).output(0), values);
  }

  /** The graph with the step: every weight less the rate times its gradient. */
  GraphDef complete(GraphDef graph, Output<?>[] gradients) {
    GraphDef.Builder to = graph.toBuilder();
    NodeDef.Builder done = node("Identity", DONE, LOSS).putAttr("T", FLOAT);
    for (int i = 0; i < gradients.length; i++) {
      String gradient = gradients[i].op().name() + ":" + gradients[i].index();
      String name = weights.get(i) + "/step";
      add(to, "Mul", name, gradient, RATE);
      to.addNode(
          node("AssignSubVariableOp", name + "_taken", VariableGraph.variable(weights.get(i)), name)
              .putAttr("dtype", FLOAT));
      done.addInput("^" + name + "_taken");
    }
    return to.addNode(done).build();
  }

  /** The signature of the step. */
  SignatureDef signature(MetaGraphDefOrBuilder meta) {
    SignatureDef serving = meta.getSignatureDefOrThrow(ServingNames.SIGNATURE);
    TensorShapeProto labels = serving.getOutputsOrThrow("outputs").getTensorShape();
    TensorShapeProto one = TensorShapeProto.getDefaultInstance();
    return SignatureDef.newBuilder()
        .putInputs("inputs", serving.getInputsOrThrow("inputs"))
        .putInputs("labels", tensor(LABELS, labels))
        .putInputs("learning_rate", tensor(RATE, one))
        .putOutputs("loss", tensor(DONE, one))
        .setMethodName("decisionlab/train")
        .build();
  }

  private static TensorInfo tensor(String node, TensorShapeProto shape) {
    return TensorInfo.newBuilder()
        .setName(node + ":0")
        .setDtype(DataType.DT_FLOAT)
        .setTensorShape(shape)
        .build();
  }

  private static void add(GraphDef.Builder graph, String operation, String name, String... inputs) {
    graph.addNode(node(operation, name, inputs).putAttr("T", FLOAT));
  }

  private static NodeDef placeholder(String name, TensorShapeProto.Builder shape) {
    return node("Placeholder", name)
        .putAttr("dtype", FLOAT)
        .putAttr("shape", AttrValue.newBuilder().setShape(shape).build())
        .build();
  }

  private static NodeDef number(String name, float value) {
    return constant(
        name,
        TensorProto.newBuilder()
            .setDtype(DataType.DT_FLOAT)
            .setTensorShape(TensorShapeProto.getDefaultInstance())
            .addFloatVal(value));
  }
}
