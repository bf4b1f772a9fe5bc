// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.decisionlab.training.Preprocessing.Column;
import org.jspecify.annotations.Nullable;

/**
 * The block that a {@link Preprocessing} makes: raw features in, columns for a net out. Its
 * constants are parameters that are saved and exported with the model but never learned.
 */
public final class PreprocessingBlock extends AbstractBlock {

  private final List<Column> columns;
  private final Parameter fill;
  private final Parameter replaced;
  private final Parameter low;
  private final Parameter high;
  private final Parameter logged;
  private final Parameter mean;
  private final Parameter scale;
  private final List<Parameter> expansions = new ArrayList<>();

  PreprocessingBlock(List<Column> columns, float[] mean, float[] scale) {
    this.columns = List.copyOf(columns);
    fill = constant("fill", each(c -> c.missing() == null ? 0f : c.missing()));
    replaced = constant("replaced", each(c -> c.missing() == null ? 0f : 1f));
    low = constant("low", each(Column::low));
    high = constant("high", each(Column::high));
    logged = constant("logged", each(c -> c.log() ? 1f : 0f));
    this.mean = constant("mean", mean.clone());
    this.scale = constant("scale", scale.clone());
    for (int i = 0; i < columns.size(); i++) {
      List<Float> numbers = numbers(columns.get(i));
      if (numbers != null) {
        expansions.add(constant("values" + i, toArray(numbers)));
      }
    }
  }

  private static @Nullable List<Float> numbers(Column column) {
    return column.bounds() == null ? column.values() : column.bounds();
  }

  private float[] each(Function<Column, Float> value) {
    return toArray(columns.stream().map(value).toList());
  }

  private static float[] toArray(List<Float> values) {
    float[] array = new float[values.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = values.get(i);
    }
    return array;
  }

  private Parameter constant(String name, float[] values) {
    return addParameter(FittedParameter.of(name, values));
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store,
      NDList inputs,
      boolean training,
      @Nullable PairList<String, Object> parameters) {
    NDArray rows = inputs.singletonOrThrow();
    Function<Parameter, NDArray> value =
        parameter -> store.getValue(parameter, rows.getDevice(), training);
    NDArray missing = rows.isNaN();
    NDArray x = rows;
    if (columns.stream().anyMatch(column -> column.missing() != null)) {
      NDArray where = missing.mul(value.apply(replaced)).toType(DataType.BOOLEAN, false);
      x = NDArrays.where(where, value.apply(fill).broadcast(rows.getShape()), rows);
    }
    if (columns.stream().anyMatch(PreprocessingBlock::isClipped)) {
      x = x.maximum(value.apply(low)).minimum(value.apply(high));
    }
    if (columns.stream().anyMatch(Column::log)) {
      NDArray where =
          value.apply(logged).broadcast(rows.getShape()).toType(DataType.BOOLEAN, false);
      x = NDArrays.where(where, x.maximum(0).add(1).log(), x);
    }
    if (columns.stream().anyMatch(Column::standardised)) {
      x = x.sub(value.apply(mean)).div(value.apply(scale));
    }
    return new NDList(spread(x, missing, value));
  }

  private static boolean isClipped(Column column) {
    return column.low() > -Float.MAX_VALUE || column.high() < Float.MAX_VALUE;
  }

  /** Columns that stay one, then those that tell what was missing, then those made of values. */
  private NDArray spread(NDArray x, NDArray missing, Function<Parameter, NDArray> value) {
    NDList parts = new NDList();
    if (columns.stream().noneMatch(Column::isExpanded)) {
      parts.add(x);
    } else {
      addRuns(x, parts);
    }
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).flagged()) {
        parts.add(column(missing, i).toType(DataType.FLOAT32, false));
      }
    }
    int expansion = 0;
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).isExpanded()) {
        NDArray numbers = value.apply(expansions.get(expansion++));
        boolean buckets = columns.get(i).bounds() != null;
        NDArray one = column(x, i);
        parts.add(
            buckets ? buckets(one, numbers) : one.eq(numbers).toType(DataType.FLOAT32, false));
      }
    }
    return parts.size() == 1 ? parts.singletonOrThrow() : NDArrays.concat(parts, 1);
  }

  private void addRuns(NDArray x, NDList parts) {
    int start = 0;
    for (int i = 0; i <= columns.size(); i++) {
      if (i == columns.size() || columns.get(i).isExpanded()) {
        if (i > start) {
          parts.add(x.get(":, " + start + ":" + i));
        }
        start = i + 1;
      }
    }
  }

  private static NDArray column(NDArray x, int index) {
    return x.get(":, " + index + ":" + (index + 1));
  }

  private static NDArray buckets(NDArray column, NDArray bounds) {
    NDArray reached = column.gte(bounds).toType(DataType.FLOAT32, false);
    int last = (int) bounds.size() - 1;
    NDArray first = reached.get(":, 0:1").mul(-1).add(1);
    NDList parts = new NDList(first);
    if (last > 0) {
      parts.add(reached.get(":, 0:" + last).sub(reached.get(":, 1:" + (last + 1))));
    }
    parts.add(reached.get(":, " + last + ":" + (last + 1)));
    return NDArrays.concat(parts, 1);
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    long width = 0;
    for (Column column : columns) {
      List<Float> numbers = numbers(column);
      width += numbers == null ? 1 : numbers.size();
      width += (column.bounds() == null ? 0 : 1) + (column.flagged() ? 1 : 0);
    }
    return new Shape[] {new Shape(inputShapes[0].get(0), width)};
  }
}
