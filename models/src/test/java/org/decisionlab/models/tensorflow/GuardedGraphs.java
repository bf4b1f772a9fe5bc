// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.tensorflow;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.Consumer;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.proto.WireWriter;

/**
 * Graphs of TensorFlow in parts, as nobody's writer makes them, and that the guard refuses them.
 */
final class GuardedGraphs {

  private GuardedGraphs() {}

  /** A node with its inputs. */
  static Consumer<WireWriter> node(String name, String operation, String... inputs) {
    return node -> {
      node.text(1, name).text(2, operation);
      for (String input : inputs) {
        node.text(3, input);
      }
    };
  }

  /** A node that calls a function. */
  static Consumer<WireWriter> call(String name, String function, String... inputs) {
    return node -> {
      node(name, "StatefulPartitionedCall", inputs).accept(node);
      node.entry(5, "f", value -> value.message(10, func -> func.text(1, function)));
    };
  }

  /** A constant that is a text. */
  static Consumer<WireWriter> text(String name) {
    return node -> {
      node(name, "Const").accept(node);
      node.entry(5, "value", value -> value.message(8, tensor -> tensor.varint(1, 7)));
    };
  }

  /** A constant that is a list of sizes. */
  static Consumer<WireWriter> shape(String name, long... sizes) {
    return node -> {
      node(name, "Const").accept(node);
      node.entry(
          5,
          "value",
          value ->
              value.message(
                  8,
                  tensor -> {
                    tensor.varint(1, 9);
                    tensor.message(2, s -> s.message(2, dim -> dim.varint(1, sizes.length)));
                    for (long size : sizes) {
                      tensor.varint(10, size);
                    }
                  }));
    };
  }

  /** A function of the library. */
  static Consumer<WireWriter> function(String name, List<Consumer<WireWriter>> nodes) {
    return function -> {
      function.message(1, signature -> signature.text(1, name));
      nodes.forEach(node -> function.message(3, node));
    };
  }

  /** A frozen graph. */
  @SafeVarargs
  static byte[] graph(Consumer<WireWriter>... nodes) {
    WireWriter writer = new WireWriter();
    for (Consumer<WireWriter> node : nodes) {
      writer.message(1, node);
    }
    return writer.toByteArray();
  }

  /**
   * A SavedModel whose signature fetches {@code out} and whose variables are read by {@code in}.
   */
  static byte[] saved(
      List<Consumer<WireWriter>> nodes, List<Consumer<WireWriter>> functions, String restore) {
    return new WireWriter()
        .message(
            2,
            meta -> {
              meta.message(
                  2,
                  def -> {
                    nodes.forEach(node -> def.message(1, node));
                    def.message(2, library -> functions.forEach(f -> library.message(1, f)));
                  });
              meta.message(3, saver -> saver.text(3, restore));
              meta.entry(
                  5,
                  "serving_default",
                  signature -> signature.entry(2, "outputs", info -> info.text(1, "out:0")));
            })
        .toByteArray();
  }

  /** As Keras writes them: the place of the variables is handed in and passed to a function. */
  static byte[] variables(Consumer<WireWriter> place) {
    return saved(
        List.of(
            node("out", "Identity", "x"),
            place,
            call("in", "restore", "ask"),
            call("save", "save", "ask")),
        List.of(
            function("restore", List.of(node("read", "RestoreV2", "prefix", "names", "slices"))),
            function("save", List.of(node("write", "SaveV2", "prefix", "names", "slices")))),
        "in");
  }

  static void refused(byte[] savedModel, String... message) {
    assertThatThrownBy(() -> TensorFlowGuard.checkSavedModel(savedModel))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContainingAll(message);
  }

  static void refusedGraph(byte[] graph, String... message) {
    assertThatThrownBy(() -> TensorFlowGuard.checkGraph(graph))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContainingAll(message);
  }
}
