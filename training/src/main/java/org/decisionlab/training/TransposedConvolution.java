// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A transposed convolution in one to three directions, for an engine that has none: a convolution
 * of the image with zeros between its numbers, with the kernel turned round. It learns, and is
 * exported like every other net.
 */
public final class TransposedConvolution extends AbstractBlock {

  private final Settings settings;
  private final Parameter weight;
  private final @Nullable Parameter bias;

  private record Settings(
      int filters,
      Shape kernel,
      Shape stride,
      Shape padding,
      Shape outPadding,
      Shape dilation,
      int groups) {}

  private TransposedConvolution(Builder builder) {
    Shape kernel = builder.kernel;
    Shape ones = filled(kernel, 1);
    Shape zeros = filled(kernel, 0);
    settings =
        new Settings(
            builder.filters,
            kernel,
            builder.stride == null ? ones : builder.stride,
            builder.padding == null ? zeros : builder.padding,
            builder.outPadding == null ? zeros : builder.outPadding,
            builder.dilation == null ? ones : builder.dilation,
            builder.groups);
    weight = addParameter(parameter("weight", Parameter.Type.WEIGHT));
    bias = builder.bias ? addParameter(parameter("bias", Parameter.Type.BIAS)) : null;
  }

  private static Shape filled(Shape like, long value) {
    return new Shape(IntStream.range(0, like.dimension()).mapToLong(i -> value).toArray());
  }

  private static Parameter parameter(String name, Parameter.Type type) {
    return Parameter.builder().setName(name).setType(type).build();
  }

  /** Makes a block; filters and kernel must be set. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  protected void prepare(Shape[] inputShapes) {
    long channels = inputShapes[0].get(1);
    if (channels % settings.groups != 0 || settings.filters % settings.groups != 0) {
      throw new IllegalArgumentException(
          "%d channels and %d filters cannot be split into %d groups"
              .formatted(channels, settings.filters, settings.groups));
    }
    weight.setShape(
        new Shape(channels, settings.filters / settings.groups).addAll(settings.kernel));
    if (bias != null) {
      bias.setShape(new Shape(settings.filters));
    }
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store,
      NDList inputs,
      boolean training,
      @Nullable PairList<String, Object> parameters) {
    NDArray image = inputs.singletonOrThrow();
    NDArray kernel = turned(store.getValue(weight, image.getDevice(), training));
    NDArray summand = bias == null ? null : store.getValue(bias, image.getDevice(), training);
    NDArray around = surrounded(apart(image));
    int directions = settings.kernel.dimension();
    return around
        .getNDArrayInternal()
        .convolution(
            around,
            kernel,
            summand,
            filled(settings.kernel, 1),
            new Shape(new long[directions]),
            settings.dilation,
            settings.groups);
  }

  /** The kernel (in, out/groups, ..) as (out, in/groups, ..), turned in every direction. */
  private NDArray turned(NDArray kernel) {
    int directions = settings.kernel.dimension();
    long in = kernel.getShape().get(0) / settings.groups;
    long out = kernel.getShape().get(1);
    int[] order = IntStream.range(0, directions + 3).toArray();
    order[1] = 2;
    order[2] = 1;
    return kernel
        .reshape(new Shape(settings.groups, in, out).addAll(settings.kernel))
        .transpose(order)
        .reshape(new Shape(settings.groups * out, in).addAll(settings.kernel))
        .flip(IntStream.range(2, directions + 2).toArray());
  }

  /** The image with zeros between its numbers. */
  private NDArray apart(NDArray image) {
    NDArray wide = image;
    for (int i = 0; i < settings.stride.dimension(); i++) {
      long stride = settings.stride.get(i);
      if (stride > 1) {
        int axis = i + 2;
        long size = wide.getShape().get(axis);
        long[] shape = wide.getShape().getShape().clone();
        shape[axis] = size * stride;
        NDArray column = wide.expandDims(axis + 1);
        NDArray zeros = column.zerosLike();
        NDList columns = new NDList();
        for (int k = 1; k < stride; k++) {
          columns.add(zeros);
        }
        NDArray spread = column.getNDArrayInternal().concat(columns, axis + 1);
        wide = cut(spread.reshape(new Shape(shape)), axis, 0, (size - 1) * stride + 1);
      }
    }
    return wide;
  }

  /** The image with as many zeros around it as the kernel reaches out; fewer where padded. */
  private NDArray surrounded(NDArray image) {
    int directions = settings.kernel.dimension();
    NDArray inner = image;
    long[] around = new long[2 * directions];
    for (int i = 0; i < directions; i++) {
      int axis = i + 2;
      long reach = settings.dilation.get(i) * (settings.kernel.get(i) - 1);
      long before = reach - settings.padding.get(i);
      long after = before + settings.outPadding.get(i);
      long size = inner.getShape().get(axis);
      inner = cut(inner, axis, Math.max(0, -before), size - Math.max(0, -after));
      around[2 * (directions - 1 - i)] = Math.max(0, before);
      around[2 * (directions - 1 - i) + 1] = Math.max(0, after);
    }
    return inner.pad(new Shape(around), 0);
  }

  private static NDArray cut(NDArray array, int axis, long start, long end) {
    if (start == 0 && end == array.getShape().get(axis)) {
      return array;
    }
    return array.get(":, ".repeat(axis) + start + ":" + end);
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    Shape input = inputShapes[0];
    long[] shape = input.getShape().clone();
    shape[1] = settings.filters;
    for (int i = 0; i < settings.kernel.dimension(); i++) {
      shape[i + 2] =
          (input.get(i + 2) - 1) * settings.stride.get(i)
              - 2 * settings.padding.get(i)
              + settings.dilation.get(i) * (settings.kernel.get(i) - 1)
              + settings.outPadding.get(i)
              + 1;
    }
    return new Shape[] {new Shape(shape)};
  }

  /** Builds a block with the words of DJL's convolutions. */
  public static final class Builder {
    private int filters;
    private Shape kernel = new Shape();
    private @Nullable Shape stride;
    private @Nullable Shape padding;
    private @Nullable Shape outPadding;
    private @Nullable Shape dilation;
    private int groups = 1;
    private boolean bias = true;

    private Builder() {}

    /** Number of channels that come out. Required. */
    public Builder setFilters(int count) {
      filters = count;
      return this;
    }

    /** Size of the kernel in each direction. Required. */
    public Builder setKernelShape(Shape size) {
      kernel = size;
      return this;
    }

    /** Distance of what neighbours in the image become; 1 unless told otherwise. */
    public Builder optStride(Shape distance) {
      stride = distance;
      return this;
    }

    /** How much of the result is cut off on each side; 0 unless told otherwise. */
    public Builder optPadding(Shape size) {
      padding = size;
      return this;
    }

    /** How much the result is longer at its end; 0 unless told otherwise. */
    public Builder optOutPadding(Shape size) {
      outPadding = size;
      return this;
    }

    /** Distance of the numbers of the kernel; 1 unless told otherwise. */
    public Builder optDilation(Shape distance) {
      dilation = distance;
      return this;
    }

    /** Into how many groups the channels are split; 1 unless told otherwise. */
    public Builder optGroups(int count) {
      groups = count;
      return this;
    }

    /** Whether a number is added to each channel; yes unless told otherwise. */
    public Builder optBias(boolean with) {
      bias = with;
      return this;
    }

    /** The block. */
    public TransposedConvolution build() {
      if (filters < 1 || groups < 1 || kernel.dimension() < 1 || kernel.dimension() > 3) {
        throw new IllegalArgumentException(
            "filters, groups and a kernel in 1 to 3 directions must be set, found %d, %d and %s"
                .formatted(filters, groups, kernel));
      }
      return new TransposedConvolution(this);
    }
  }
}
