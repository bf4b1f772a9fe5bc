// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.tensorflow;

import java.util.ArrayList;
import java.util.List;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Operation;
import org.decisionlab.models.graph.Shape;
import org.decisionlab.models.graph.Tensor;
import org.decisionlab.models.graph.Window;
import org.decisionlab.models.tensorflow.GraphDef.Attributes;

/**
 * Writes convolutions and pools. TensorFlow computes them on processors with the channels innermost
 * only, so an image is turned before and after; what nobody reads is not computed.
 */
final class WindowWriter {

  private final ModelGraph model;
  private final Node node;
  private final GraphDef graph;
  private final Shape image;
  private final int directions;

  WindowWriter(ModelGraph model, Node node, GraphDef graph) {
    this.model = model;
    this.node = node;
    this.graph = graph;
    this.image = model.node(node.operands().get(0)).shape();
    this.directions = image.rank() - 2;
  }

  void write(Window operation) {
    String turned = turn(node.operands().get(0), part("channels_last"), true);
    String result =
        operation instanceof Window.Convolution convolution
            ? convolution(convolution, turned)
            : pool((Window.Pool) operation, turned);
    turn(result, node.name(), false);
  }

  private String turn(String from, String to, boolean channelsLast) {
    List<Integer> order = new ArrayList<>();
    order.add(0);
    for (int i = 0; i < directions; i++) {
      order.add(channelsLast ? i + 2 : i + 1);
    }
    order.add(channelsLast ? order.size() : 1, channelsLast ? 1 : directions + 1);
    String permutation = graph.integers(to + "/perm", order);
    graph.node(
        "Transpose",
        to,
        List.of(from, permutation),
        Attributes.ofType().type("Tperm", GraphDef.INT32));
    return to;
  }

  private String pool(Window.Pool pool, String from) {
    String name = part("pool");
    String operation = pool.average() ? "AvgPool" : "MaxPool";
    graph.node(
        directions == 3 ? operation + "3D" : operation,
        name,
        List.of(from),
        sliding(pool.strides()).integers("ksize", around(pool.sizes())));
    return name;
  }

  private String convolution(Window.Convolution convolution, String from) {
    Tensor kernel = kernel();
    int channels = kernel.shape().dimension(1);
    boolean depthwise =
        channels == 1
            && convolution.groups() > 1
            && directions == 2
            && convolution.strides().get(0).equals(convolution.strides().get(1));
    if (depthwise) {
      return depthwise(convolution, kernel, from);
    }
    if (convolution.groups() == 1) {
      return single(convolution, kernel, from, part("convolution"));
    }
    int perGroup = kernel.shape().dimension(0) / convolution.groups();
    List<String> results = new ArrayList<>();
    for (int group = 0; group < convolution.groups(); group++) {
      String part = channels(from, group * channels, channels, part("group"));
      Tensor own = Kernels.outputs(kernel, group * perGroup, perGroup);
      results.add(single(convolution, own, part, part("convolution")));
    }
    results.add(graph.integers(part("axis"), Shape.of(), List.of(directions + 1)));
    String name = part("groups");
    graph.node(
        "ConcatV2",
        name,
        results,
        Attributes.ofType().integer("N", results.size() - 1).type("Tidx", GraphDef.INT32));
    return name;
  }

  private String channels(String from, int first, int count, String name) {
    int all = (1 << (directions + 1)) - 1;
    return slice(from, filled(0, first), filled(0, first + count), all, name);
  }

  /**
   * The part of an image of one channel that the window reaches. TensorFlow 2 answers wrongly where
   * such an image is wider than that and the result one column wide.
   */
  private String reached(Window.Convolution convolution, Tensor wide, String from) {
    boolean all = true;
    List<Integer> end = new ArrayList<>(List.of(0));
    for (int i = 0; i < directions; i++) {
      int size = image.dimension(i + 2);
      int window = wide.shape().dimension(i + 2);
      int stride = convolution.strides().get(i);
      int used = (size - window) / stride * stride + window;
      all &= used == size;
      end.add(used);
    }
    end.add(1);
    return all || wide.shape().dimension(1) != 1
        ? from
        : slice(from, filled(0, 0), end, 1, part("reached"));
  }

  private String slice(
      String from, List<Integer> begin, List<Integer> end, int whole, String name) {
    graph.node(
        "StridedSlice",
        name,
        List.of(
            from,
            graph.integers(name + "/begin", begin),
            graph.integers(name + "/end", end),
            graph.integers(name + "/strides", filled(1, 1))),
        Attributes.ofType()
            .type("Index", GraphDef.INT32)
            .integer("begin_mask", whole)
            .integer("end_mask", whole)
            .integer("ellipsis_mask", 0)
            .integer("new_axis_mask", 0)
            .integer("shrink_axis_mask", 0));
    return name;
  }

  private List<Integer> filled(int value, int last) {
    List<Integer> values = new ArrayList<>();
    for (int i = 0; i <= directions; i++) {
      values.add(value);
    }
    values.add(last);
    return values;
  }

  /** Gaps in the kernel are written as zeros, which every TensorFlow can do for volumes too. */
  private String single(Window.Convolution convolution, Tensor kernel, String from, String name) {
    Tensor wide = Kernels.dilated(kernel, convolution.dilations());
    String weights = name + "/kernel";
    weights = graph.fresh(weights);
    graph.constant(weights, Kernels.channelsLast(wide));
    graph.node(
        directions == 3 ? "Conv3D" : "Conv2D",
        name,
        List.of(reached(convolution, wide, from), weights),
        sliding(convolution.strides()));
    return name;
  }

  private String depthwise(Window.Convolution convolution, Tensor kernel, String from) {
    String name = part("convolution");
    String weights = graph.fresh(name + "/kernel");
    Tensor wide = Kernels.dilated(kernel, convolution.dilations());
    graph.constant(weights, Kernels.depthwise(wide, convolution.groups()));
    graph.node(
        "DepthwiseConv2dNative", name, List.of(from, weights), sliding(convolution.strides()));
    return name;
  }

  private Attributes sliding(List<Integer> strides) {
    return Attributes.ofType()
        .integers("strides", around(strides))
        .text("padding", "VALID")
        .text("data_format", directions == 3 ? "NDHWC" : "NHWC");
  }

  private Tensor kernel() {
    return ((Operation.Constant) model.node(node.operands().get(1)).operation()).value();
  }

  private static List<Integer> around(List<Integer> sizes) {
    List<Integer> all = new ArrayList<>();
    all.add(1);
    all.addAll(sizes);
    all.add(1);
    return all;
  }

  private String part(String part) {
    return graph.fresh(node.name() + "/" + part);
  }
}
