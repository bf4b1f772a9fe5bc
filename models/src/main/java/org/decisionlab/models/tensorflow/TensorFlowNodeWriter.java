// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.tensorflow;

import java.util.ArrayList;
import java.util.List;
import org.decisionlab.models.graph.BinaryFunction;
import org.decisionlab.models.graph.Lookup;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.graph.Movement;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Operation;
import org.decisionlab.models.graph.Reduction;
import org.decisionlab.models.graph.Selection;
import org.decisionlab.models.graph.Shape;
import org.decisionlab.models.graph.TreeEnsemble;
import org.decisionlab.models.graph.Window;
import org.decisionlab.models.tensorflow.GraphDef.Attributes;

/** Adds one node of a model to a TensorFlow graph. */
final class TensorFlowNodeWriter implements Operation.Cases<Boolean> {

  private final ModelGraph model;
  private final Node node;
  private final GraphDef graph;

  TensorFlowNodeWriter(ModelGraph model, Node node, GraphDef graph) {
    this.model = model;
    this.node = node;
    this.graph = graph;
  }

  @Override
  public Boolean input(Operation.Input operation) {
    return plain(
        "Placeholder",
        new Attributes().type("dtype", GraphDef.FLOAT).shape("shape", operation.shape()));
  }

  @Override
  public Boolean constant(Operation.Constant operation) {
    graph.constant(node.name(), operation.value());
    return true;
  }

  @Override
  public Boolean matMul(Operation.MatMul operation) {
    if (operandShape(0).rank() == 2 && operandShape(1).rank() == 2) {
      return plain(
          "MatMul",
          Attributes.ofType()
              .bool("transpose_a", false)
              .bool("transpose_b", operation.transposeRight()));
    }
    return plain(
        "BatchMatMulV2",
        Attributes.ofType().bool("adj_x", false).bool("adj_y", operation.transposeRight()));
  }

  @Override
  public Boolean binary(Operation.Binary operation) {
    String name = Names.written(Names.BINARY, operation.function());
    if (!operation.function().isComparison()) {
      return plain(name, Attributes.ofType());
    }
    boolean equality =
        operation.function() == BinaryFunction.EQUAL
            || operation.function() == BinaryFunction.NOT_EQUAL;
    Attributes attributes = Attributes.ofType();
    return truth(name, equality ? attributes.bool("incompatible_shape_error", true) : attributes);
  }

  @Override
  public Boolean unary(Operation.Unary operation) {
    String name = Names.written(Names.UNARY, operation.function());
    return name.equals("IsNan")
        ? truth(name, Attributes.ofType())
        : plain(name, Attributes.ofType());
  }

  @Override
  public Boolean selection(Selection operation) {
    String chosen = graph.fresh(wish("chosen"));
    cast(operand(0), GraphDef.FLOAT, chosen, GraphDef.BOOL);
    graph.node(
        "SelectV2", node.name(), List.of(chosen, operand(1), operand(2)), Attributes.ofType());
    return true;
  }

  @Override
  public Boolean movement(Movement operation) {
    if (operation instanceof Movement.Reshape reshape) {
      return with(
          "Reshape",
          Attributes.ofType().type("Tshape", GraphDef.INT32),
          graph.integers(wish("shape"), batched(-1, reshape.row())));
    }
    if (operation instanceof Movement.Transpose transpose) {
      return with(
          "Transpose",
          Attributes.ofType().type("Tperm", GraphDef.INT32),
          graph.integers(wish("perm"), transpose.permutation()));
    }
    if (operation instanceof Movement.Concat concat) {
      return with(
          "ConcatV2",
          Attributes.ofType().integer("N", node.operands().size()).type("Tidx", GraphDef.INT32),
          graph.integers(wish("axis"), Shape.of(), List.of(concat.axis())));
    }
    if (operation instanceof Movement.Slice slice) {
      return slice(slice);
    }
    Movement.Pad pad = (Movement.Pad) operation;
    List<Integer> paddings = new ArrayList<>(List.of(0, 0));
    for (int i = 0; i < pad.before().size(); i++) {
      paddings.add(pad.before().get(i));
      paddings.add(pad.after().get(i));
    }
    return with(
        "PadV2",
        Attributes.ofType().type("Tpaddings", GraphDef.INT32),
        graph.integers(wish("paddings"), Shape.of(pad.before().size() + 1, 2), paddings),
        graph.number(wish("value"), pad.value()));
  }

  private Boolean slice(Movement.Slice slice) {
    return with(
        "StridedSlice",
        Attributes.ofType()
            .type("Index", GraphDef.INT32)
            .integer("begin_mask", 1)
            .integer("end_mask", 1)
            .integer("ellipsis_mask", 0)
            .integer("new_axis_mask", 0)
            .integer("shrink_axis_mask", 0),
        graph.integers(wish("begin"), batched(0, slice.starts())),
        graph.integers(wish("end"), batched(0, slice.ends())),
        graph.integers(wish("strides"), batched(1, slice.steps())));
  }

  @Override
  public Boolean reduction(Reduction operation) {
    return with(
        Names.written(Names.REDUCE, operation.function()),
        Attributes.ofType()
            .type("Tidx", GraphDef.INT32)
            .bool("keep_dims", operation.keepDimensions()),
        graph.integers(wish("axes"), operation.axes()));
  }

  @Override
  public Boolean window(Window operation) {
    new WindowWriter(model, node, graph).write(operation);
    return true;
  }

  @Override
  public Boolean lookup(Lookup operation) {
    String index = graph.fresh(wish("index"));
    cast(operand(1), GraphDef.FLOAT, index, GraphDef.INT32);
    String axis = graph.integers(wish("axis"), Shape.of(), List.of(0));
    graph.node(
        "GatherV2",
        node.name(),
        List.of(operand(0), index, axis),
        new Attributes()
            .type("Tparams", GraphDef.FLOAT)
            .type("Tindices", GraphDef.INT32)
            .type("Taxis", GraphDef.INT32)
            .integer("batch_dims", 0));
    return true;
  }

  @Override
  public Boolean treeEnsemble(TreeEnsemble operation) {
    new TreeWriter(node, graph).write(operation);
    return true;
  }

  private Boolean plain(String operation, Attributes attributes) {
    graph.node(operation, node.name(), node.operands(), attributes);
    return true;
  }

  private Boolean with(String operation, Attributes attributes, String... constants) {
    List<String> operands = new ArrayList<>(node.operands());
    operands.addAll(List.of(constants));
    graph.node(operation, node.name(), operands, attributes);
    return true;
  }

  private Boolean truth(String operation, Attributes attributes) {
    String truth = graph.fresh(wish("truth"));
    graph.node(operation, truth, node.operands(), attributes);
    cast(truth, GraphDef.BOOL, node.name(), GraphDef.FLOAT);
    return true;
  }

  private void cast(String from, int fromType, String to, int toType) {
    graph.node(
        "Cast",
        to,
        List.of(from),
        new Attributes().type("SrcT", fromType).type("DstT", toType).bool("Truncate", false));
  }

  private String operand(int index) {
    return node.operands().get(index);
  }

  private Shape operandShape(int index) {
    return model.node(operand(index)).shape();
  }

  private String wish(String part) {
    return node.name() + "/" + part;
  }

  private static List<Integer> batched(int batch, List<Integer> row) {
    List<Integer> all = new ArrayList<>(row.size() + 1);
    all.add(batch);
    all.addAll(row);
    return all;
  }
}
