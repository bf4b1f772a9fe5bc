// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.graph;

import java.util.ArrayList;
import java.util.List;

/**
 * A window that slides over images {@code [N,channels,height,width]} or volumes {@code
 * [N,channels,depth,height,width]}, and only where it lies inside; what is around an image is a
 * {@link Movement.Pad} before it.
 */
public sealed interface Window extends Operation {

  /** Steps of the window in each direction. */
  List<Integer> strides();

  @Override
  default <R> R match(Cases<R> cases) {
    return cases.window(this);
  }

  /**
   * Convolution (in fact correlation, as everywhere) with a constant kernel {@code
   * [out,channels/groups,..]}.
   *
   * @param strides steps of the window in each direction
   * @param dilations distances between the numbers under the window in each direction
   * @param groups into how many groups the channels are split, each with its own kernels
   */
  record Convolution(List<Integer> strides, List<Integer> dilations, int groups) implements Window {
    /** Refuses steps, distances and groups below 1. */
    public Convolution {
      strides = List.copyOf(strides);
      dilations = List.copyOf(dilations);
      requirePositive("Convolution", strides);
      requirePositive("Convolution", dilations);
      requirePositive("Convolution", List.of(groups));
    }

    @Override
    public String type() {
      return "Conv";
    }

    @Override
    public Shape resultShape(List<Shape> operands) {
      Shapes.requireOperands(this, operands, 2);
      Shape image = requireImage(this, operands.get(0));
      Shape kernel = operands.get(1);
      if (kernel.isBatched()
          || kernel.rank() != image.rank()
          || dilations.size() != strides.size()
          || image.dimension(1) != (long) kernel.dimension(1) * groups
          || kernel.dimension(0) % groups != 0) {
        throw new InvalidGraphException(
            "a convolution of "
                + image
                + " with kernel "
                + kernel
                + " in "
                + groups
                + " groups, dilations "
                + dilations);
      }
      List<Integer> sizes = new ArrayList<>();
      for (int i = 0; i < dilations.size(); i++) {
        sizes.add(
            Math.addExact(
                Math.multiplyExact(kernel.dimension(i + 2) - 1, dilations.get(i).intValue()), 1));
      }
      return slide(this, image, kernel.dimension(0), sizes);
    }

    @Override
    public long work(List<Shape> operands, Shape result) {
      Shape kernel = operands.get(1);
      return result.elements() * (kernel.elements() / kernel.dimension(0));
    }
  }

  /**
   * Largest number or mean under the window, channel by channel.
   *
   * @param average whether the mean, else the largest
   * @param sizes size of the window in each direction
   * @param strides steps of the window in each direction
   */
  record Pool(boolean average, List<Integer> sizes, List<Integer> strides) implements Window {
    /** Refuses sizes and steps below 1. */
    public Pool {
      sizes = List.copyOf(sizes);
      strides = List.copyOf(strides);
      requirePositive("Pool", sizes);
      requirePositive("Pool", strides);
    }

    @Override
    public String type() {
      return average ? "AveragePool" : "MaxPool";
    }

    @Override
    public Shape resultShape(List<Shape> operands) {
      Shapes.requireOperands(this, operands, 1);
      Shape image = requireImage(this, operands.get(0));
      if (sizes.size() != strides.size()) {
        throw new InvalidGraphException(type() + " of " + sizes + " in steps of " + strides);
      }
      return slide(this, image, image.dimension(1), sizes);
    }

    @Override
    public long work(List<Shape> operands, Shape result) {
      long size = 1;
      for (int each : sizes) {
        size *= each;
      }
      return result.elements() * size;
    }
  }

  private static void requirePositive(String type, List<Integer> sizes) {
    for (int size : sizes) {
      if (size < 1) {
        throw new InvalidGraphException(type + " needs sizes and steps from 1 on, found " + sizes);
      }
    }
  }

  private static Shape requireImage(Window window, Shape image) {
    Shapes.requireBatched(window, image);
    int directions = image.rank() - 2;
    if (directions < 2 || directions > 3 || window.strides().size() != directions) {
      throw new InvalidGraphException(
          window.type()
              + " takes [N,channels,height,width] or [N,channels,depth,height,width], found "
              + image
              + " with steps "
              + window.strides());
    }
    return image;
  }

  private static Shape slide(Window window, Shape image, int channels, List<Integer> sizes) {
    List<Integer> row = new ArrayList<>();
    row.add(channels);
    for (int i = 0; i < sizes.size(); i++) {
      int room = image.dimension(i + 2) - sizes.get(i);
      if (room < 0) {
        throw new InvalidGraphException(
            window.type() + " with a window of " + sizes + " over " + image);
      }
      row.add(room / window.strides().get(i) + 1);
    }
    return Shape.batchOf(row);
  }
}
