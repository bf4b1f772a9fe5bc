// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.onnx;

import java.util.ArrayList;
import java.util.List;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.proto.WireReader;

/**
 * An input or output of an ONNX graph.
 *
 * @param name its name
 * @param shape sizes of its dimensions, {@value #OPEN} for one that is open; empty when the file
 *     does not tell
 */
record OnnxValue(String name, List<Long> shape) {

  /** A dimension of any size. */
  static final long OPEN = -1;

  private static final int TYPE = 2;
  private static final int TENSOR = 1;
  private static final int SHAPE = 2;
  private static final int DIMENSION = 1;
  private static final int SIZE = 1;

  OnnxValue {
    shape = List.copyOf(shape);
  }

  static OnnxValue read(WireReader value) throws ModelFormatException {
    String name = "";
    List<Long> shape = new ArrayList<>();
    while (value.next()) {
      if (value.field() == 1) {
        name = value.text();
      } else if (value.field() == TYPE) {
        type(value.message("type"), shape);
      }
    }
    return new OnnxValue(name, shape);
  }

  private static void type(WireReader type, List<Long> shape) throws ModelFormatException {
    while (type.next()) {
      if (type.field() == TENSOR) {
        WireReader tensor = type.message("tensor");
        while (tensor.next()) {
          if (tensor.field() == SHAPE) {
            dimensions(tensor.message("shape"), shape);
          }
        }
      }
    }
  }

  private static void dimensions(WireReader reader, List<Long> shape) throws ModelFormatException {
    while (reader.next()) {
      if (reader.field() == DIMENSION) {
        long size = OPEN;
        WireReader dimension = reader.message("dimension");
        while (dimension.next()) {
          if (dimension.field() == SIZE) {
            size = dimension.varint();
          }
        }
        shape.add(size < 0 ? OPEN : size);
      }
    }
  }

  @Override
  public String toString() {
    return "'" + name + "' of shape " + shape;
  }
}
