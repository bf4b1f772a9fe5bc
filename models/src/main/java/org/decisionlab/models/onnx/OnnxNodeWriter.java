// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.decisionlab.models.graph.Lookup;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.graph.Movement;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Operation;
import org.decisionlab.models.graph.ReduceFunction;
import org.decisionlab.models.graph.Reduction;
import org.decisionlab.models.graph.Selection;
import org.decisionlab.models.graph.Shape;
import org.decisionlab.models.graph.TreeEnsemble;
import org.decisionlab.models.graph.Window;
import org.decisionlab.models.onnx.OnnxGraph.Attribute;

/** Adds one node of a model to an ONNX graph. */
final class OnnxNodeWriter implements Operation.Cases<Boolean> {

  private final ModelGraph model;
  private final Node node;
  private final OnnxGraph graph;

  OnnxNodeWriter(ModelGraph model, Node node, OnnxGraph graph) {
    this.model = model;
    this.node = node;
    this.graph = graph;
  }

  @Override
  public Boolean input(Operation.Input operation) {
    return false;
  }

  @Override
  public Boolean constant(Operation.Constant operation) {
    graph.constant(node.name(), operation.value());
    return true;
  }

  @Override
  public Boolean matMul(Operation.MatMul operation) {
    if (!operation.transposeRight()) {
      return plain("MatMul");
    }
    Shape left = operandShape(0);
    Shape right = operandShape(1);
    if (left.rank() == 2 && right.rank() == 2) {
      return plain("Gemm", Attribute.of("transB", 1));
    }
    List<Integer> swapped =
        IntStream.range(0, right.rank())
            .mapToObj(i -> i < right.rank() - 2 ? i : 2 * right.rank() - 3 - i)
            .toList();
    String transposed = part("transposed");
    graph.node("Transpose", transposed, List.of(operand(1)), Attribute.of("perm", swapped));
    graph.node("MatMul", node.name(), List.of(operand(0), transposed));
    return true;
  }

  @Override
  public Boolean binary(Operation.Binary operation) {
    return switch (operation.function()) {
      case ADD -> plain("Add");
      case SUBTRACT -> plain("Sub");
      case MULTIPLY -> plain("Mul");
      case DIVIDE -> plain("Div");
      case MAXIMUM -> plain("Max");
      case MINIMUM -> plain("Min");
      case POWER -> plain("Pow");
      case REMAINDER -> plain("Mod", Attribute.of("fmod", 1));
      case LESS -> truth("Less", node.operands());
      case LESS_OR_EQUAL -> truth("LessOrEqual", node.operands());
      case GREATER -> truth("Greater", node.operands());
      case GREATER_OR_EQUAL -> truth("GreaterOrEqual", node.operands());
      case EQUAL -> truth("Equal", node.operands());
      case NOT_EQUAL -> {
        String equal = part("equal");
        graph.node("Equal", equal, node.operands());
        yield truth("Not", List.of(equal));
      }
    };
  }

  @Override
  public Boolean unary(Operation.Unary operation) {
    return switch (operation.function()) {
      case IDENTITY -> plain("Identity");
      case RELU -> plain("Relu");
      case TANH -> plain("Tanh");
      case SIGMOID -> plain("Sigmoid");
      case SOFTMAX -> plain("Softmax", Attribute.of("axis", -1));
      case NEGATE -> plain("Neg");
      case ABSOLUTE -> plain("Abs");
      case SIGN -> plain("Sign");
      case EXPONENTIAL -> plain("Exp");
      case LOGARITHM -> plain("Log");
      case SQUARE_ROOT -> plain("Sqrt");
      case FLOOR -> plain("Floor");
      case CEILING -> plain("Ceil");
      case ROUND -> plain("Round");
      case ERROR_FUNCTION -> plain("Erf");
      case SINE -> plain("Sin");
      case COSINE -> plain("Cos");
      case TANGENT -> plain("Tan");
      case ARC_SINE -> plain("Asin");
      case ARC_COSINE -> plain("Acos");
      case ARC_TANGENT -> plain("Atan");
      case IS_MISSING -> truth("IsNaN", node.operands());
    };
  }

  @Override
  public Boolean selection(Selection operation) {
    String chosen = part("chosen");
    cast(operand(0), chosen, OnnxGraph.BOOL);
    graph.node("Where", node.name(), List.of(chosen, operand(1), operand(2)));
    return true;
  }

  @Override
  public Boolean movement(Movement operation) {
    if (operation instanceof Movement.Reshape reshape) {
      return with("Reshape", graph.integers(wish("shape"), batched(-1, reshape.row())));
    }
    if (operation instanceof Movement.Transpose transpose) {
      return plain("Transpose", Attribute.of("perm", transpose.permutation()));
    }
    if (operation instanceof Movement.Concat concat) {
      return plain("Concat", Attribute.of("axis", concat.axis()));
    }
    if (operation instanceof Movement.Slice slice) {
      return with(
          "Slice",
          graph.integers(wish("starts"), longs(slice.starts())),
          graph.integers(wish("ends"), longs(slice.ends())),
          graph.integers(
              wish("axes"),
              IntStream.rangeClosed(1, slice.starts().size()).asLongStream().toArray()),
          graph.integers(wish("steps"), longs(slice.steps())));
    }
    Movement.Pad pad = (Movement.Pad) operation;
    long[] before = batched(0, pad.before());
    long[] after = batched(0, pad.after());
    long[] pads = new long[2 * before.length];
    System.arraycopy(before, 0, pads, 0, before.length);
    System.arraycopy(after, 0, pads, before.length, after.length);
    return with(
        "Pad", graph.integers(wish("pads"), pads), graph.number(wish("value"), pad.value()));
  }

  @Override
  public Boolean reduction(Reduction operation) {
    Attribute keep = Attribute.of("keepdims", operation.keepDimensions() ? 1 : 0);
    if (operation.function() == ReduceFunction.SUM) {
      String axes = graph.integers(wish("axes"), longs(operation.axes()));
      graph.node("ReduceSum", node.name(), List.of(operand(0), axes), keep);
      return true;
    }
    return plain(operation.function().type(), Attribute.of("axes", operation.axes()), keep);
  }

  @Override
  public Boolean window(Window operation) {
    Attribute strides = Attribute.of("strides", operation.strides());
    if (operation instanceof Window.Convolution convolution) {
      return plain(
          "Conv",
          Attribute.of("dilations", convolution.dilations()),
          Attribute.of("group", convolution.groups()),
          strides);
    }
    Window.Pool pool = (Window.Pool) operation;
    return plain(pool.type(), Attribute.of("kernel_shape", pool.sizes()), strides);
  }

  /** ONNX counts a negative index from the end; here it is made one that is not in the table. */
  @Override
  public Boolean lookup(Lookup operation) {
    String index = part("index");
    cast(operand(1), index, OnnxGraph.INT64);
    String zero = graph.integers(wish("zero"), 0);
    String outside = graph.integers(wish("outside"), operandShape(0).dimension(0));
    String negative = part("negative");
    graph.node("Less", negative, List.of(index, zero));
    String checked = part("checked");
    graph.node("Where", checked, List.of(negative, outside, index));
    graph.node("Gather", node.name(), List.of(operand(0), checked));
    return true;
  }

  /** onnxruntime 1.28 leaves the base value of an output without trees out, so it is added. */
  @Override
  public Boolean treeEnsemble(TreeEnsemble operation) {
    String sums = part("sums");
    graph.mlNode(TreeAttributes.OPERATOR, sums, node.operands(), TreeAttributes.of(operation));
    String base = part("base");
    graph.constant(base, operation.base());
    graph.node("Add", node.name(), List.of(sums, base));
    return true;
  }

  private Boolean plain(String operator, Attribute... attributes) {
    graph.node(operator, node.name(), node.operands(), attributes);
    return true;
  }

  private Boolean with(String operator, String... constants) {
    List<String> operands = new ArrayList<>(node.operands());
    operands.addAll(List.of(constants));
    graph.node(operator, node.name(), operands);
    return true;
  }

  private Boolean truth(String operator, List<String> operands) {
    String truth = part("truth");
    graph.node(operator, truth, operands);
    cast(truth, node.name(), OnnxGraph.FLOAT);
    return true;
  }

  private void cast(String from, String to, int type) {
    graph.node("Cast", to, List.of(from), Attribute.of("to", type));
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

  private String part(String part) {
    return graph.fresh(wish(part));
  }

  private static long[] batched(long batch, List<Integer> row) {
    long[] all = new long[row.size() + 1];
    all[0] = batch;
    for (int i = 0; i < row.size(); i++) {
      all[i + 1] = row.get(i);
    }
    return all;
  }

  private static long[] longs(List<Integer> values) {
    return values.stream().mapToLong(Integer::longValue).toArray();
  }
}
