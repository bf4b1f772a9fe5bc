// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.tensorflow;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Tensor;
import org.decisionlab.models.graph.Window;
import org.decisionlab.models.tensorflow.NodeTranslator.Translation;

/** TensorFlow's convolutions and pools, which have the channels innermost. */
final class WindowTranslations {

  static final Map<String, Translation> ALL = new TreeMap<>();

  static {
    ALL.put("Conv2D", (node, graph) -> convolution(node, graph, 2));
    ALL.put("Conv3D", (node, graph) -> convolution(node, graph, 3));
    ALL.put("DepthwiseConv2dNative", WindowTranslations::depthwise);
    ALL.put("MaxPool", (node, graph) -> pool(node, graph, 2, false));
    ALL.put("AvgPool", (node, graph) -> pool(node, graph, 2, true));
    ALL.put("MaxPool3D", (node, graph) -> pool(node, graph, 3, false));
    ALL.put("AvgPool3D", (node, graph) -> pool(node, graph, 3, true));
  }

  private WindowTranslations() {}

  private static Node convolution(NodeDef node, NodeTranslator graph, int directions)
      throws ModelFormatException {
    Tensor kernel = kernel(node, graph, directions);
    return slide(
        node, graph, directions, dilated(node, directions, 1), Kernels.channelsFirst(kernel));
  }

  private static Node depthwise(NodeDef node, NodeTranslator graph) throws ModelFormatException {
    Tensor kernel = kernel(node, graph, 2);
    int channels = kernel.shape().dimension(2);
    return slide(node, graph, 2, dilated(node, 2, channels), Kernels.grouped(kernel));
  }

  private static Tensor kernel(NodeDef node, NodeTranslator graph, int directions)
      throws ModelFormatException {
    node.requireInputs(2);
    Tensor kernel = graph.tensor(node, 1);
    if (kernel.shape().rank() != directions + 2) {
      throw node.fault("a kernel of shape " + kernel.shape());
    }
    return kernel;
  }

  private static Window dilated(NodeDef node, int directions, int groups)
      throws ModelFormatException {
    List<Integer> strides = inner(node, "strides", directions);
    List<Integer> dilations =
        node.integers("dilations").isEmpty()
            ? strides.stream().map(stride -> 1).toList()
            : inner(node, "dilations", directions);
    return new Window.Convolution(strides, dilations, groups);
  }

  private static Node pool(NodeDef node, NodeTranslator graph, int directions, boolean average)
      throws ModelFormatException {
    node.requireInputs(1);
    Window pool =
        new Window.Pool(
            average, inner(node, "ksize", directions), inner(node, "strides", directions));
    return slide(node, graph, directions, pool);
  }

  /** The operation between two transposes. */
  private static Node slide(
      NodeDef node, NodeTranslator graph, int directions, Window window, Tensor... constants)
      throws ModelFormatException {
    node.requireFloat("T");
    String format = node.text("data_format", directions == 3 ? "NDHWC" : "NHWC");
    if (!node.text("padding", "").equals("VALID") || !format.endsWith("C")) {
      throw node.fault("only padding VALID with the channels innermost is supported");
    }
    List<Integer> first = new ArrayList<>(List.of(0, directions + 1));
    List<Integer> last = new ArrayList<>(List.of(0));
    for (int i = 0; i < directions; i++) {
      first.add(i + 1);
      last.add(i + 2);
    }
    last.add(1);
    Node image =
        MovementTranslations.transpose(
            node, graph.fresh(node, "first"), graph, graph.operand(node, 0), first);
    String name = graph.fresh(node, "result");
    Node result =
        constants.length == 0
            ? graph.builder().apply(name, window, image)
            : graph
                .builder()
                .apply(
                    name,
                    window,
                    image,
                    graph.builder().constant(graph.fresh(node, "kernel"), constants[0]));
    return MovementTranslations.transpose(node, node.name(), graph, result, last);
  }

  /** The part of a list that is about directions. */
  private static List<Integer> inner(NodeDef node, String attribute, int directions)
      throws ModelFormatException {
    List<Integer> all = node.integers(attribute);
    if (all.size() != directions + 2 || all.get(0) != 1 || all.get(directions + 1) != 1) {
      throw node.fault(attribute + " must be 1 for batch and channels, found " + all);
    }
    return all.subList(1, directions + 1);
  }
}
