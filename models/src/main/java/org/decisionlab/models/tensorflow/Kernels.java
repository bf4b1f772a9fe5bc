// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.tensorflow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.decisionlab.models.graph.Shape;
import org.decisionlab.models.graph.Tensor;

/** Kernels of convolutions, {@code [out,in,..]} in a model, the other way round in TensorFlow. */
final class Kernels {

  private Kernels() {}

  /** {@code [out,in,..]} as {@code [..,in,out]}. */
  static Tensor channelsLast(Tensor kernel) {
    Sizes sizes = Sizes.of(kernel);
    float[] turned = new float[kernel.size()];
    for (int o = 0; o < sizes.out; o++) {
      for (int i = 0; i < sizes.in; i++) {
        for (int k = 0; k < sizes.area; k++) {
          turned[(k * sizes.in + i) * sizes.out + o] =
              kernel.get((o * sizes.in + i) * sizes.area + k);
        }
      }
    }
    return Tensor.of(turned, sizes.with(sizes.in, sizes.out));
  }

  /** {@code [..,in,out]} as {@code [out,in,..]}. */
  static Tensor channelsFirst(Tensor kernel) {
    List<Integer> dimensions = kernel.shape().dimensions();
    int rank = dimensions.size();
    int in = dimensions.get(rank - 2);
    int out = dimensions.get(rank - 1);
    int area = kernel.size() / in / out;
    float[] turned = new float[kernel.size()];
    for (int k = 0; k < area; k++) {
      for (int i = 0; i < in; i++) {
        for (int o = 0; o < out; o++) {
          turned[(o * in + i) * area + k] = kernel.get((k * in + i) * out + o);
        }
      }
    }
    List<Integer> shape = new ArrayList<>(List.of(out, in));
    shape.addAll(dimensions.subList(0, rank - 2));
    return Tensor.of(turned, new Shape(shape));
  }

  /** {@code [channels*multiplier,1,..]} as {@code [..,channels,multiplier]}. */
  static Tensor depthwise(Tensor kernel, int channels) {
    Sizes sizes = Sizes.of(kernel);
    int multiplier = sizes.out / channels;
    float[] turned = new float[kernel.size()];
    for (int o = 0; o < sizes.out; o++) {
      for (int k = 0; k < sizes.area; k++) {
        turned[k * sizes.out + o] = kernel.get(o * sizes.area + k);
      }
    }
    return Tensor.of(turned, sizes.with(channels, multiplier));
  }

  /** {@code [..,channels,multiplier]} as {@code [channels*multiplier,1,..]}. */
  static Tensor grouped(Tensor kernel) {
    List<Integer> dimensions = new ArrayList<>(kernel.shape().dimensions());
    int rank = dimensions.size();
    int out = dimensions.get(rank - 2) * dimensions.get(rank - 1);
    dimensions.set(rank - 2, 1);
    dimensions.set(rank - 1, out);
    return channelsFirst(Tensor.of(kernel.toArray(), new Shape(dimensions)));
  }

  /** Some of the outputs of {@code [out,in,..]}. */
  static Tensor outputs(Tensor kernel, int first, int count) {
    Sizes sizes = Sizes.of(kernel);
    int one = sizes.in * sizes.area;
    List<Integer> shape = new ArrayList<>(kernel.shape().dimensions());
    shape.set(0, count);
    return Tensor.of(
        Arrays.copyOfRange(kernel.toArray(), first * one, (first + count) * one), new Shape(shape));
  }

  /** {@code [out,in,..]} with zeros between its numbers. */
  static Tensor dilated(Tensor kernel, List<Integer> dilations) {
    if (dilations.stream().allMatch(apart -> apart == 1)) {
      return kernel;
    }
    List<Integer> narrow = kernel.shape().dimensions();
    List<Integer> wide = new ArrayList<>(narrow.subList(0, 2));
    for (int i = 0; i < dilations.size(); i++) {
      wide.add((narrow.get(i + 2) - 1) * dilations.get(i) + 1);
    }
    Shape shape = new Shape(wide);
    float[] values = new float[(int) shape.elements()];
    for (int from = 0; from < kernel.size(); from++) {
      int rest = from;
      int to = 0;
      int stride = 1;
      for (int d = narrow.size() - 1; d >= 0; d--) {
        int at = rest % narrow.get(d);
        rest /= narrow.get(d);
        to += at * (d < 2 ? 1 : dilations.get(d - 2)) * stride;
        stride *= wide.get(d);
      }
      values[to] = kernel.get(from);
    }
    return Tensor.of(values, shape);
  }

  private record Sizes(int out, int in, int area, List<Integer> directions) {
    static Sizes of(Tensor kernel) {
      List<Integer> dimensions = kernel.shape().dimensions();
      int out = dimensions.get(0);
      int in = dimensions.get(1);
      return new Sizes(out, in, kernel.size() / out / in, dimensions.subList(2, dimensions.size()));
    }

    Shape with(int in, int out) {
      List<Integer> shape = new ArrayList<>(directions);
      shape.add(in);
      shape.add(out);
      return new Shape(shape);
    }
  }
}
