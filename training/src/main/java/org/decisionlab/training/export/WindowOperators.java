// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.export;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.decisionlab.models.graph.BinaryFunction;
import org.decisionlab.models.graph.Movement;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.ReduceFunction;
import org.decisionlab.models.graph.Shape;
import org.decisionlab.models.graph.Tensor;
import org.decisionlab.models.graph.UnaryFunction;
import org.decisionlab.models.graph.Window;

/** Convolutions and pools. What has one direction is done as an image of height 1. */
final class WindowOperators {

  static final Map<String, Operator> ALL = new TreeMap<>();

  static {
    put("convolution(NDArray,NDArray,NDArray,Shape,Shape,Shape,int)", WindowOperators::convolution);
    put("maxPool(Shape,Shape,Shape,boolean)", WindowOperators::maxPool);
    put("avgPool(Shape,Shape,Shape,boolean,boolean)", WindowOperators::avgPool);
    put("lpPool(float,Shape,Shape,Shape,boolean)", WindowOperators::lpPool);
    put("globalMaxPool()", call -> global(call, ReduceFunction.MAXIMUM));
    put("globalAvgPool()", call -> global(call, ReduceFunction.MEAN));
    put("globalLpPool(float)", WindowOperators::globalLpPool);
  }

  private WindowOperators() {}

  private static void put(String signature, Function<OperatorCall, Node> recorder) {
    ALL.put(signature, Operator.of(recorder));
  }

  /** Arguments: image, kernel, bias or null, strides, paddings, dilations, groups. */
  private static Node convolution(OperatorCall call) {
    Node image = padded(call, call.traced(0, "image"), call.sizes(4), call.sizes(4), 0);
    Tensor kernel = call.constant(1, "kernel");
    Node result =
        convolve(call, image, kernel, new Sliding(call.sizes(3), call.sizes(5), call.integer(6)));
    return biased(call, result);
  }

  private record Sliding(List<Integer> strides, List<Integer> dilations, int groups) {}

  private static Node convolve(OperatorCall call, Node image, Tensor kernel, Sliding sliding) {
    GraphWords graph = call.graph();
    Node flat = image(call, image);
    Node weights = graph.constant(flat.equals(image) ? kernel : withHeight(kernel));
    Node result =
        graph.apply(
            new Window.Convolution(
                directions(flat, image, sliding.strides()),
                directions(flat, image, sliding.dilations()),
                sliding.groups()),
            flat,
            weights);
    return flat.equals(image) ? result : withoutHeight(graph, result);
  }

  private static Node biased(OperatorCall call, Node result) {
    if (call.isNull(2)) {
      return result;
    }
    Tensor bias = call.constant(2, "bias");
    List<Integer> shape = new ArrayList<>(List.of(bias.size()));
    shape.addAll(Collections.nCopies(result.shape().rank() - 2, 1));
    Tensor wide = Tensor.of(bias.toArray(), new Shape(shape));
    return call.graph().add(result, call.graph().constant(wide));
  }

  /** Arguments: sizes, strides, paddings, whether a window may stand out at the end. */
  private static Node maxPool(OperatorCall call) {
    Node image = padded(call, call.node(), call.sizes(2), behind(call, 2), -Float.MAX_VALUE);
    return pool(call, image, false);
  }

  /**
   * Arguments: sizes, strides, paddings, whether a window may stand out at the end, whether padding
   * counts. PyTorch under DJL counts it whatever is asked; what stands out never counts.
   */
  private static Node avgPool(OperatorCall call) {
    Node image = padded(call, call.node(), call.sizes(2), behind(call, 2), 0);
    return counted(call, pool(call, image, true));
  }

  private static Node counted(OperatorCall call, Node mean) {
    List<Integer> sizes = call.sizes(0);
    List<Integer> strides = call.sizes(1);
    Node image = call.node();
    Tensor factors = Tensor.scalar(1);
    boolean standsOut = false;
    for (int i = 0; i < sizes.size(); i++) {
      int places = mean.shape().dimension(i + 2);
      int room = image.shape().dimension(i + 2) + 2 * call.sizes(2).get(i);
      float[] along = new float[places];
      for (int k = 0; k < places; k++) {
        int inside = Math.min(sizes.get(i), room - k * strides.get(i));
        along[k] = sizes.get(i) / (float) inside;
        standsOut |= inside < sizes.get(i);
      }
      factors = outer(factors, along);
    }
    return standsOut ? call.graph().multiply(mean, call.graph().constant(factors)) : mean;
  }

  private static Tensor outer(Tensor factors, float[] along) {
    List<Integer> shape = new ArrayList<>(factors.shape().dimensions());
    shape.add(along.length);
    float[] values = new float[factors.size() * along.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = factors.get(i / along.length) * along[i % along.length];
    }
    return Tensor.of(values, new Shape(shape));
  }

  /** Arguments: order, sizes, strides, paddings, whether a window may stand out at the end. */
  private static Node lpPool(OperatorCall call) {
    if (call.sizes(3).stream().anyMatch(padding -> padding != 0) || isTrue(call, 4)) {
      throw call.refusal("only windows that lie inside the image are exported");
    }
    GraphWords graph = call.graph();
    Node order = graph.number(call.number(0));
    Node raised = graph.apply(BinaryFunction.POWER, call.node(), order);
    int count = call.sizes(1).stream().reduce(1, (a, b) -> a * b);
    Node flat = image(call, raised);
    Node mean =
        graph.apply(
            new Window.Pool(
                true,
                directions(flat, raised, call.sizes(1)),
                directions(flat, raised, call.sizes(2))),
            flat);
    Node sum = graph.scale(flat.equals(raised) ? mean : withoutHeight(graph, mean), count);
    Node size = graph.above(graph.apply(UnaryFunction.ABSOLUTE, sum));
    Node signed = graph.multiply(graph.apply(UnaryFunction.SIGN, sum), size);
    return graph.apply(BinaryFunction.POWER, signed, graph.number(1 / call.number(0)));
  }

  private static Node global(OperatorCall call, ReduceFunction function) {
    return reduced(call, call.node(), function);
  }

  private static Node globalLpPool(OperatorCall call) {
    GraphWords graph = call.graph();
    Node raised = graph.apply(BinaryFunction.POWER, call.node(), graph.number(call.number(0)));
    Node sum = reduced(call, raised, ReduceFunction.SUM);
    return graph.apply(BinaryFunction.POWER, sum, graph.number(1 / call.number(0)));
  }

  private static Node reduced(OperatorCall call, Node image, ReduceFunction function) {
    List<Integer> axes = new ArrayList<>();
    for (int i = 2; i < image.shape().rank(); i++) {
      axes.add(i);
    }
    Node result = call.graph().reduce(function, image, axes, true);
    return call.graph().reshape(result, call.tracer().row(call, call.result()));
  }

  private static Node pool(OperatorCall call, Node image, boolean average) {
    Node flat = image(call, image);
    Node result =
        call.graph()
            .apply(
                new Window.Pool(
                    average,
                    directions(flat, image, call.sizes(0)),
                    directions(flat, image, call.sizes(1))),
                flat);
    return flat.equals(image) ? result : withoutHeight(call.graph(), result);
  }

  /** Padding behind an image that lets as many windows in as DJL made. */
  private static List<Integer> behind(OperatorCall call, int paddings) {
    List<Integer> behind = new ArrayList<>();
    for (int i = 0; i < call.sizes(0).size(); i++) {
      int size = call.node().shape().dimension(i + 2);
      int places = (int) call.result().getShape().get(i + 2);
      int padding = call.sizes(paddings).get(i);
      int needed = (places - 1) * call.sizes(1).get(i) + call.sizes(0).get(i);
      behind.add(Math.max(padding, needed - size - padding));
    }
    return behind;
  }

  private static Node padded(
      OperatorCall call, Node image, List<Integer> before, List<Integer> after, float value) {
    List<Integer> first = new ArrayList<>(List.of(0));
    List<Integer> last = new ArrayList<>(List.of(0));
    before.forEach(size -> first.add(Math.max(0, size)));
    after.forEach(size -> last.add(Math.max(0, size)));
    if (call.self().merged() > 0) {
      throw call.refusal("the batch has been merged with another dimension");
    }
    boolean none = first.stream().allMatch(n -> n == 0) && last.stream().allMatch(n -> n == 0);
    return none ? image : call.graph().apply(new Movement.Pad(first, last, value), image);
  }

  /** What has one direction as an image of height 1. */
  private static Node image(OperatorCall call, Node node) {
    if (node.shape().rank() != 3) {
      return node;
    }
    List<Integer> row = new ArrayList<>(node.shape().row());
    row.add(1, 1);
    return call.graph().reshape(node, row);
  }

  private static Node withoutHeight(GraphWords graph, Node image) {
    List<Integer> row = new ArrayList<>(image.shape().row());
    row.remove(1);
    return graph.reshape(image, row);
  }

  private static Tensor withHeight(Tensor kernel) {
    List<Integer> shape = new ArrayList<>(kernel.shape().dimensions());
    shape.add(2, 1);
    return Tensor.of(kernel.toArray(), new Shape(shape));
  }

  private static List<Integer> directions(Node flat, Node image, List<Integer> sizes) {
    List<Integer> all = new ArrayList<>(sizes);
    if (!flat.equals(image)) {
      all.add(0, 1);
    }
    return all;
  }

  private static boolean isTrue(OperatorCall call, int argument) {
    return Boolean.TRUE.equals(call.arguments().get(argument));
  }
}
