// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.engine.tensorflow;

import com.google.protobuf.ByteString;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.CollectionDef;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SaverDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.proto.VariableDef;

/**
 * A graph whose weights are variables, with what gives them their first values, saves and restores
 * them. A weight keeps its name for its value, so that whoever reads it need not change.
 */
final class VariableGraph {

  static final String INITIALISE = "initialise";
  static final String PLACE = "save/place";
  static final String SAVED = "save/saved";
  private static final String RESTORE = "save/restore_all";

  /** Operations by the number of the input that is a weight. */
  private static final Map<String, Integer> WEIGHTED =
      Map.of(
          "MatMul", 1,
          "BatchMatMulV2", 1,
          "Conv2D", 1,
          "Conv3D", 1,
          "DepthwiseConv2dNative", 1,
          "GatherV2", 0);

  private static final Set<String> SUMS = Set.of("Add", "AddV2", "BiasAdd");

  private final GraphDef definition;
  private final Map<String, NodeDef> weights;

  private VariableGraph(GraphDef definition, Map<String, NodeDef> weights) {
    this.definition = definition;
    this.weights = weights;
  }

  static VariableGraph of(GraphDef constants) {
    Map<String, NodeDef> weights = weights(constants);
    GraphDef.Builder graph = constants.toBuilder().clearNode();
    for (NodeDef node : constants.getNodeList()) {
      if (weights.containsKey(node.getName())) {
        addVariable(graph, node);
      } else {
        graph.addNode(node);
      }
    }
    addSaver(graph, List.copyOf(weights.keySet()));
    return new VariableGraph(graph.build(), weights);
  }

  private static Map<String, NodeDef> weights(GraphDef graph) {
    Map<String, NodeDef> nodes = new HashMap<>();
    graph.getNodeList().forEach(node -> nodes.put(node.getName(), node));
    Set<String> products = new HashSet<>();
    Set<String> names = new TreeSet<>();
    for (NodeDef node : graph.getNodeList()) {
      Integer place = WEIGHTED.get(node.getOp());
      if (place != null && isNumbers(nodes.get(node.getInput(place)))) {
        names.add(node.getInput(place));
        products.add(node.getName());
      }
    }
    for (NodeDef node : graph.getNodeList()) {
      if (SUMS.contains(node.getOp())) {
        for (int i = 0; i < 2; i++) {
          if (products.contains(node.getInput(i)) && isNumbers(nodes.get(node.getInput(1 - i)))) {
            names.add(node.getInput(1 - i));
          }
        }
      }
    }
    Map<String, NodeDef> weights = new LinkedHashMap<>();
    names.forEach(name -> weights.put(name, nodes.get(name)));
    return weights;
  }

  private static boolean isNumbers(@Nullable NodeDef node) {
    return node != null
        && node.getOp().equals("Const")
        && node.getAttrOrThrow("dtype").getType() == DataType.DT_FLOAT;
  }

  private static void addVariable(GraphDef.Builder graph, NodeDef constant) {
    String name = constant.getName();
    TensorShapeProto shape = constant.getAttrOrThrow("value").getTensor().getTensorShape();
    graph.addNode(constant.toBuilder().setName(name + "/initial"));
    graph.addNode(
        node("VarHandleOp", variable(name))
            .putAttr("dtype", FLOAT)
            .putAttr("shape", AttrValue.newBuilder().setShape(shape).build())
            .putAttr("shared_name", text(variable(name))));
    graph.addNode(
        node("AssignVariableOp", name + "/assign", variable(name), name + "/initial")
            .putAttr("dtype", FLOAT));
    graph.addNode(node("ReadVariableOp", name, variable(name)).putAttr("dtype", FLOAT));
  }

  private static void addSaver(GraphDef.Builder graph, List<String> names) {
    graph.addNode(control(node("NoOp", INITIALISE), names, "/assign"));
    TensorProto.Builder keys = strings(names.size());
    TensorProto.Builder slices = strings(names.size());
    AttrValue.ListValue.Builder types = AttrValue.ListValue.newBuilder();
    for (String name : names) {
      keys.addStringVal(ByteString.copyFromUtf8(variable(name)));
      slices.addStringVal(ByteString.EMPTY);
      types.addType(DataType.DT_FLOAT);
    }
    AttrValue dtypes = AttrValue.newBuilder().setList(types).build();
    // Whoever saves or loads hands in the place: a place of its own would be a file name in a
    // model.
    graph.addNode(
        node("Placeholder", PLACE)
            .putAttr("dtype", type(DataType.DT_STRING))
            .putAttr(
                "shape",
                AttrValue.newBuilder().setShape(TensorShapeProto.getDefaultInstance()).build()));
    graph.addNode(constant("save/keys", keys));
    graph.addNode(constant("save/slices", slices));
    graph.addNode(
        node("SaveV2", "save/write", PLACE, "save/keys", "save/slices")
            .addAllInput(names)
            .putAttr("dtypes", dtypes));
    graph.addNode(
        node("Identity", SAVED, PLACE, "^save/write").putAttr("T", type(DataType.DT_STRING)));
    graph.addNode(
        node("RestoreV2", "save/read", PLACE, "save/keys", "save/slices")
            .putAttr("dtypes", dtypes));
    for (int i = 0; i < names.size(); i++) {
      graph.addNode(
          node(
                  "AssignVariableOp",
                  names.get(i) + "/restore",
                  variable(names.get(i)),
                  "save/read:" + i)
              .putAttr("dtype", FLOAT));
    }
    graph.addNode(control(node("NoOp", RESTORE), names, "/restore"));
  }

  /** How TensorFlow saves and restores the variables. */
  static SaverDef saver() {
    return SaverDef.newBuilder()
        .setFilenameTensorName(PLACE + ":0")
        .setSaveTensorName(SAVED + ":0")
        .setRestoreOpName(RESTORE)
        .setMaxToKeep(1)
        .setVersion(SaverDef.CheckpointFormatVersion.V2)
        .build();
  }

  /** The variables, as Python's loader finds them. */
  CollectionDef collection() {
    CollectionDef.BytesList.Builder list = CollectionDef.BytesList.newBuilder();
    for (String name : weights.keySet()) {
      list.addValue(
          VariableDef.newBuilder()
              .setVariableName(variable(name) + ":0")
              .setInitialValueName(name + "/initial:0")
              .setInitializerName(name + "/assign")
              .setSnapshotName(name + ":0")
              .setIsResource(true)
              .setTrainable(true)
              .build()
              .toByteString());
    }
    return CollectionDef.newBuilder().setBytesList(list).build();
  }

  GraphDef definition() {
    return definition;
  }

  /** Names of the weights, in alphabetical order. */
  Set<String> names() {
    return weights.keySet();
  }

  /** Node that is the variable of a weight. */
  static String variable(String weight) {
    return weight + "/variable";
  }

  static final AttrValue FLOAT = type(DataType.DT_FLOAT);

  static AttrValue type(DataType type) {
    return AttrValue.newBuilder().setType(type).build();
  }

  static NodeDef.Builder node(String operation, String name, String... inputs) {
    return NodeDef.newBuilder().setOp(operation).setName(name).addAllInput(List.of(inputs));
  }

  static NodeDef constant(String name, TensorProto.Builder value) {
    return node("Const", name)
        .putAttr("dtype", type(value.getDtype()))
        .putAttr("value", AttrValue.newBuilder().setTensor(value).build())
        .build();
  }

  private static NodeDef.Builder control(NodeDef.Builder node, List<String> names, String part) {
    names.forEach(name -> node.addInput("^" + name + part));
    return node;
  }

  private static AttrValue text(String text) {
    return AttrValue.newBuilder().setS(ByteString.copyFromUtf8(text)).build();
  }

  private static TensorProto.Builder strings(int count) {
    return TensorProto.newBuilder()
        .setDtype(DataType.DT_STRING)
        .setTensorShape(
            TensorShapeProto.newBuilder().addDim(TensorShapeProto.Dim.newBuilder().setSize(count)));
  }
}
