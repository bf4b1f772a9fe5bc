// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.tensorflow;

import java.util.Map;
import java.util.TreeMap;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.graph.BinaryFunction;
import org.decisionlab.models.graph.Lookup;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Operation;
import org.decisionlab.models.graph.Selection;
import org.decisionlab.models.graph.Shape;
import org.decisionlab.models.graph.Tensor;
import org.decisionlab.models.graph.UnaryFunction;
import org.decisionlab.models.tensorflow.NodeTranslator.Translation;

/** TensorFlow's functions, arithmetic, comparisons, products and lookups. */
final class ArithmeticTranslations {

  static final Map<String, Translation> ALL = new TreeMap<>();

  static {
    Names.read(Names.UNARY).forEach((name, function) -> ALL.put(name, unary(function)));
    Names.read(Names.BINARY).forEach((name, function) -> ALL.put(name, binary(function)));
    ALL.put("Add", binary(BinaryFunction.ADD));
    ALL.put("Div", binary(BinaryFunction.DIVIDE));
    ALL.put("BiasAdd", ArithmeticTranslations::biasAdd);
    ALL.put("MatMul", ArithmeticTranslations::matMul);
    ALL.put("BatchMatMulV2", ArithmeticTranslations::batchMatMul);
    ALL.put("SelectV2", ArithmeticTranslations::select);
    ALL.put("Cast", ArithmeticTranslations::cast);
    ALL.put("GatherV2", ArithmeticTranslations::gather);
  }

  private ArithmeticTranslations() {}

  private static Translation unary(UnaryFunction function) {
    return (node, graph) -> {
      node.requireFloat("T");
      return graph.add(node, new Operation.Unary(function));
    };
  }

  private static Translation binary(BinaryFunction function) {
    return (node, graph) -> {
      node.requireFloat("T");
      return graph.add(node, new Operation.Binary(function));
    };
  }

  private static Node matMul(NodeDef node, NodeTranslator graph) throws ModelFormatException {
    node.requireFloat("T");
    if (node.bool("transpose_a")) {
      throw node.fault("transpose_a mixes the rows of a batch and is not supported");
    }
    return graph.add(node, new Operation.MatMul(node.bool("transpose_b")));
  }

  private static Node batchMatMul(NodeDef node, NodeTranslator graph) throws ModelFormatException {
    node.requireFloat("T");
    if (node.bool("adj_x")) {
      throw node.fault("adj_x is not supported");
    }
    return graph.add(node, new Operation.MatMul(node.bool("adj_y")));
  }

  /** A bias is a vector as wide as the rows; it is not broadcast. */
  private static Node biasAdd(NodeDef node, NodeTranslator graph) throws ModelFormatException {
    node.requireFloat("T");
    node.requireInputs(2);
    Shape rows = graph.operand(node, 0).shape();
    Shape bias = graph.operand(node, 1).shape();
    if (bias.isBatched() || bias.rank() != 1 || bias.width() != rows.width()) {
      throw node.fault("the bias of " + rows + " must be a vector as wide, found " + bias);
    }
    return graph.add(node, new Operation.Binary(BinaryFunction.ADD));
  }

  private static Node select(NodeDef node, NodeTranslator graph) throws ModelFormatException {
    node.requireFloat("T");
    return graph.add(node, new Selection());
  }

  /** Truths are 1 and 0 in a model, so only what is no truth yet must be made one. */
  private static Node cast(NodeDef node, NodeTranslator graph) throws ModelFormatException {
    node.requireInputs(1);
    long from = node.type("SrcT");
    long to = node.type("DstT");
    Node operand = graph.operand(node, 0);
    if (from == GraphDef.BOOL && to == GraphDef.FLOAT) {
      return operand;
    }
    if (from == GraphDef.FLOAT && to == GraphDef.BOOL) {
      if (isTruth(operand)) {
        return operand;
      }
      Node zero = graph.builder().constant(graph.fresh(node, "zero"), Tensor.scalar(0));
      return graph
          .builder()
          .apply(node.name(), new Operation.Binary(BinaryFunction.NOT_EQUAL), operand, zero);
    }
    if (from == GraphDef.FLOAT && to == GraphDef.INT32) {
      return operand;
    }
    throw node.fault("a cast from TensorFlow type " + from + " to " + to + " is not supported");
  }

  private static boolean isTruth(Node node) {
    return (node.operation() instanceof Operation.Binary binary && binary.function().isComparison())
        || (node.operation() instanceof Operation.Unary unary
            && unary.function() == UnaryFunction.IS_MISSING);
  }

  private static Node gather(NodeDef node, NodeTranslator graph) throws ModelFormatException {
    node.requireFloat("Tparams");
    node.requireInputs(3);
    if (graph.integers(node, 2).stream().anyMatch(axis -> axis != 0)
        || node.integer("batch_dims") != 0) {
      throw node.fault("only rows of a table (axis 0, no batch_dims) can be gathered");
    }
    return graph
        .builder()
        .apply(node.name(), new Lookup(), graph.operand(node, 0), graph.operand(node, 1));
  }
}
