// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.proto.WireReader;
import org.decisionlab.models.proto.WireWriter;

/**
 * Models of others whose answer is a map by label for each row, as scikit-learn's converter makes
 * it with {@code ZipMap}. No client of a server can ask for a map; without that node the answer is
 * the array of probabilities that the maps are made of.
 */
public final class OnnxMaps {

  private static final int GRAPH = 7;
  private static final int NODE = 1;
  private static final int OUTPUT = 12;

  private OnnxMaps() {}

  /**
   * A model without maps.
   *
   * @param file the model
   * @param labels names of the classes in the order of the array; empty where there were no maps
   */
  @SuppressWarnings("ArrayRecordComponent") // bytes of a file, handed on once
  public record Plain(byte[] file, List<String> labels) {

    /** Keeps an own copy of the labels. */
    public Plain {
      labels = List.copyOf(labels);
    }
  }

  /**
   * The model with arrays in the place of maps; the same bytes where there are none.
   *
   * @throws ModelFormatException when the file is damaged
   */
  public static Plain without(byte[] file) throws ModelFormatException {
    Map<String, OnnxNode> maps = new HashMap<>();
    WireReader model = WireReader.of(file, "ONNX model");
    while (model.next()) {
      if (model.field() == GRAPH) {
        WireReader graph = model.message("graph");
        while (graph.next()) {
          if (graph.field() == NODE) {
            OnnxNode node = OnnxNode.read(graph.message("node"));
            if (node.is("ZipMap") && node.inputs().size() == 1 && node.outputs().size() == 1) {
              maps.put(node.outputs().get(0), node);
            }
          }
        }
      }
    }
    if (maps.isEmpty()) {
      return new Plain(file, List.of());
    }
    List<String> labels = new ArrayList<>();
    WireWriter out = new WireWriter();
    WireReader again = WireReader.of(file, "ONNX model");
    while (again.next()) {
      if (again.field() == GRAPH) {
        out.bytes(GRAPH, graph(again.message("graph"), maps, labels));
      } else {
        copy(again, out);
      }
    }
    return new Plain(out.toByteArray(), labels);
  }

  private static byte[] graph(WireReader graph, Map<String, OnnxNode> maps, List<String> labels)
      throws ModelFormatException {
    WireWriter out = new WireWriter();
    while (graph.next()) {
      if (graph.field() == NODE && maps.containsValue(OnnxNode.read(graph.message("node")))) {
        continue;
      }
      OnnxNode map = graph.field() == OUTPUT ? maps.get(name(graph.message("output"))) : null;
      if (map == null) {
        copy(graph, out);
      } else {
        labels.addAll(map.classes());
        String array = map.inputs().get(0);
        int classes = map.classes().size();
        out.message(OUTPUT, value -> value.text(1, array).message(2, type -> array(type, classes)));
      }
    }
    return out.toByteArray();
  }

  /** The type of an array of float32 with as many rows as are asked. */
  private static void array(WireWriter type, int classes) {
    type.message(
        1,
        tensor ->
            tensor
                .varint(1, OnnxGraph.FLOAT)
                .message(
                    2,
                    shape ->
                        shape
                            .message(1, rows -> rows.text(2, "rows"))
                            .message(1, columns -> columns.varint(1, classes))));
  }

  private static void copy(WireReader from, WireWriter to) throws ModelFormatException {
    if (from.isBytes()) {
      to.bytes(from.field(), from.bytes());
    } else {
      to.varint(from.field(), from.varint());
    }
  }

  /** The name of an input or output. */
  static String name(WireReader value) throws ModelFormatException {
    String name = "";
    while (value.next()) {
      if (value.field() == 1) {
        name = value.text();
      }
    }
    return name;
  }
}
