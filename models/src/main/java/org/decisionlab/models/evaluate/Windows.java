// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.evaluate;

import java.util.Arrays;
import java.util.List;
import org.decisionlab.models.graph.Shape;
import org.decisionlab.models.graph.Tensor;
import org.decisionlab.models.graph.Window.Convolution;
import org.decisionlab.models.graph.Window.Pool;

/** Loops of a window that slides over an image or volume. */
final class Windows {

  private Windows() {}

  /** Where a window lies, and what is under it: offsets from the corner of each of its places. */
  private static final class Places {
    private final int[] corners;
    private final int[] offsets;
    private final int input;
    private final int output;

    private Places(int[] corners, int[] offsets, int input, int output) {
      this.corners = corners;
      this.offsets = offsets;
      this.input = input;
      this.output = output;
    }

    static Places of(
        Shape image,
        Shape result,
        List<Integer> sizes,
        List<Integer> strides,
        List<Integer> apart) {
      List<Integer> area = image.row().subList(1, image.rank() - 1);
      List<Integer> places = result.row().subList(1, result.rank() - 1);
      int[] steps = Broadcasting.strides(area);
      int[] moves = steps.clone();
      int[] gaps = steps.clone();
      for (int i = 0; i < steps.length; i++) {
        moves[i] *= strides.get(i);
        gaps[i] *= apart.get(i);
      }
      return new Places(
          Broadcasting.strided(places, moves),
          Broadcasting.strided(sizes, gaps),
          Broadcasting.size(area),
          Broadcasting.size(places));
    }
  }

  static Step convolution(
      Convolution operation, Tensor kernel, Shape image, Shape result, int from, int to) {
    List<Integer> kernelShape = kernel.shape().dimensions();
    Places places =
        Places.of(
            image,
            result,
            kernelShape.subList(2, kernelShape.size()),
            operation.strides(),
            operation.dilations());
    float[] weights = kernel.toArray();
    int out = kernelShape.get(0);
    int channels = kernelShape.get(1);
    int perGroup = out / operation.groups();
    return work -> {
      float[] source = work[from];
      float[] target = work[to];
      Arrays.fill(target, 0);
      for (int o = 0; o < out; o++) {
        for (int c = 0; c < channels; c++) {
          addChannel(
              source,
              (o / perGroup * channels + c) * places.input,
              weights,
              (o * channels + c) * places.offsets.length,
              target,
              o * places.output,
              places);
        }
      }
    };
  }

  private static void addChannel(
      float[] source,
      int image,
      float[] weights,
      int kernel,
      float[] target,
      int into,
      Places places) {
    int[] corners = places.corners;
    int[] offsets = places.offsets;
    for (int k = 0; k < offsets.length; k++) {
      float weight = weights[kernel + k];
      int start = image + offsets[k];
      for (int i = 0; i < corners.length; i++) {
        target[into + i] += weight * source[start + corners[i]];
      }
    }
  }

  static Step pool(Pool operation, Shape image, Shape result, int from, int to) {
    List<Integer> apart = operation.sizes().stream().map(size -> 1).toList();
    Places places = Places.of(image, result, operation.sizes(), operation.strides(), apart);
    int channels = image.dimension(1);
    return work -> {
      for (int c = 0; c < channels; c++) {
        if (operation.average()) {
          average(work[from], c * places.input, work[to], c * places.output, places);
        } else {
          largest(work[from], c * places.input, work[to], c * places.output, places);
        }
      }
    };
  }

  private static void average(float[] source, int image, float[] target, int into, Places places) {
    int[] corners = places.corners;
    int[] offsets = places.offsets;
    for (int i = 0; i < corners.length; i++) {
      double sum = 0;
      for (int offset : offsets) {
        sum += source[image + corners[i] + offset];
      }
      target[into + i] = (float) (sum / offsets.length);
    }
  }

  private static void largest(float[] source, int image, float[] target, int into, Places places) {
    int[] corners = places.corners;
    int[] offsets = places.offsets;
    for (int i = 0; i < corners.length; i++) {
      float largest = Float.NEGATIVE_INFINITY;
      for (int offset : offsets) {
        largest = Math.max(largest, source[image + corners[i] + offset]);
      }
      target[into + i] = largest;
    }
  }
}
