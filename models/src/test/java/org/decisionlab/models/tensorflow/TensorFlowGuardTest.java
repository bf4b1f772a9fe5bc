// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.tensorflow;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.Consumer;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.evaluate.RandomNets;
import org.decisionlab.models.proto.WireWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TensorFlowGuardTest {

  private static Consumer<WireWriter> node(String name, String operation, String... inputs) {
    return node -> {
      node.text(1, name).text(2, operation);
      for (String input : inputs) {
        node.text(3, input);
      }
    };
  }

  private static Consumer<WireWriter> call(String name, String function, String... inputs) {
    return node -> {
      node(name, "StatefulPartitionedCall", inputs).accept(node);
      node.entry(5, "f", value -> value.message(10, func -> func.text(1, function)));
    };
  }

  private static Consumer<WireWriter> text(String name) {
    return node -> {
      node(name, "Const").accept(node);
      node.entry(5, "value", value -> value.message(8, tensor -> tensor.varint(1, 7)));
    };
  }

  private static Consumer<WireWriter> shape(String name, long... sizes) {
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

  private static Consumer<WireWriter> function(String name, List<Consumer<WireWriter>> nodes) {
    return function -> {
      function.message(1, signature -> signature.text(1, name));
      nodes.forEach(node -> function.message(3, node));
    };
  }

  @SafeVarargs
  private static byte[] graph(Consumer<WireWriter>... nodes) {
    WireWriter writer = new WireWriter();
    for (Consumer<WireWriter> node : nodes) {
      writer.message(1, node);
    }
    return writer.toByteArray();
  }

  /**
   * A SavedModel whose signature fetches {@code out} and whose variables are read by {@code in}.
   */
  private static byte[] saved(
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

  private static void refused(byte[] savedModel, String... message) {
    assertThatThrownBy(() -> TensorFlowGuard.checkSavedModel(savedModel))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContainingAll(message);
  }

  @Test
  void ordinaryModelsPass() {
    assertThatCode(
            () -> {
              TensorFlowGuard.checkSavedModel(SavedModelWriter.write(RandomNets.dense(1, 5, 4, 2)));
              TensorFlowGuard.checkGraph(GraphDefWriter.write(RandomNets.dense(1, 5, 4, 2)));
              TensorFlowGuard.checkSavedModel(variables(node("ask", "Placeholder")));
            })
        .doesNotThrowAnyException();
  }

  /** As Keras writes them: the place of the variables is handed in and passed to a function. */
  private static byte[] variables(Consumer<WireWriter> place) {
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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ReadFile",
        "WriteFile",
        "PyFunc",
        "EagerPyFunc",
        "MatchingFiles",
        "TFRecordDataset",
        "RemoteCall",
        "Recv",
        "_Send",
        "Save",
        "Restore",
        "SaveSlices",
        "PrintV2",
        "LoadLibrary",
        "DebugIdentityV2",
        "InitializeTableFromTextFileV2",
        "TextLineDatasetV2",
        "MyCustomOp"
      })
  void operationsThatAreNotOnTheListAreRefusedEverywhere(String operation) {
    assertThatThrownBy(() -> TensorFlowGuard.checkGraph(graph(node("evil", operation))))
        .hasMessageContainingAll("evil", operation, "not allowed");
    refused(saved(List.of(node("evil", operation)), List.of(), ""), operation);
    refused(
        saved(
            List.of(node("x", "NoOp")),
            List.of(function("f", List.of(node("evil", operation)))),
            ""),
        operation);
  }

  @Test
  void anEmptyGraphIsRefused() {
    assertThatThrownBy(() -> TensorFlowGuard.checkGraph(new byte[0])).hasMessageContaining("nodes");
    refused(saved(List.of(), List.of(), ""), "no nodes");
    refused(new byte[0], "no graph");
  }

  @Test
  void checkpointsAreNotReachedByQuestions() {
    refused(
        saved(List.of(node("out", "SaveV2")), List.of(), ""), "a question must not reach SaveV2");
    refused(
        saved(List.of(node("out", "NoOp", "^w"), node("w", "SaveV2")), List.of(), ""), "SaveV2");
    refused(
        saved(
            List.of(call("out", "f")),
            List.of(
                function("f", List.of(call("inner", "g"))),
                function("g", List.of(node("r", "RestoreV2")))),
            ""),
        "a question must not reach RestoreV2");
    refused(
        saved(
            List.of(node("out", "f")),
            List.of(function("f", List.of(node("w", "MergeV2Checkpoints")))),
            ""),
        "MergeV2Checkpoints");
    assertThatThrownBy(() -> TensorFlowGuard.checkGraph(graph(node("w", "SaveV2"))))
        .hasMessageContaining("SaveV2");
  }

  @Test
  void loadingReadsTheModelsOwnVariablesOnly() {
    refused(
        saved(List.of(node("in", "NoOp", "^w"), node("w", "SaveV2")), List.of(), "in"),
        "loading must not reach SaveV2");
    refused(
        saved(
            List.of(node("in", "NoOp", "^r"), node("r", "RestoreV2", "where"), text("where")),
            List.of(),
            "in"),
        "own folder only");
    refused(variables(text("ask")), "own folder only");
    refused(
        saved(
            List.of(node("ask", "Placeholder"), call("in", "restore", "ask")),
            List.of(
                function(
                    "restore",
                    List.of(
                        node("where", "StringJoin", "prefix", "more"),
                        node("read", "RestoreV2", "where:joined:0")))),
            "in"),
        "own folder only");
  }

  @Test
  void sizesAreCheckedBeforeMemoryIsTaken() {
    assertThatThrownBy(
            () ->
                TensorFlowGuard.checkGraph(
                    graph(
                        n -> {
                          node("big", "Const").accept(n);
                          n.entry(
                              5,
                              "value",
                              v ->
                                  v.message(
                                      8,
                                      t ->
                                          t.varint(1, 1)
                                              .message(
                                                  2,
                                                  s -> s.message(2, d -> d.varint(1, 1L << 40)))));
                        })))
        .hasMessageContaining("more than");
    assertThatThrownBy(
            () ->
                TensorFlowGuard.checkGraph(
                    graph(shape("s", 1 << 20, 1 << 20), node("f", "Fill", "s", "zero"))))
        .hasMessageContaining("node f (Fill)");
  }

  private static void refusedGraph(byte[] graph, String... message) {
    assertThatThrownBy(() -> TensorFlowGuard.checkGraph(graph))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContainingAll(message);
  }

  /** TensorFlow joins the parts of a message that is there twice; whoever looks sees one. */
  @Test
  void whatIsThereTwiceIsRefused() {
    Consumer<WireWriter> evil = def -> def.message(1, node("evil", "ReadFile"));
    Consumer<WireWriter> good = def -> def.message(1, node("out", "NoOp"));
    refused(
        new WireWriter().message(2, meta -> meta.message(2, evil).message(2, good)).toByteArray(),
        "field 2 is there twice");
    byte[] library =
        new WireWriter()
            .message(1, node("out", "NoOp"))
            .message(2, l -> l.message(1, function("f", List.of(node("x", "NoOp")))))
            .message(2, l -> l.message(1, function("g", List.of(node("x", "NoOp")))))
            .toByteArray();
    refusedGraph(library, "field 2 is there twice");
    refusedGraph(graph(n -> n.text(1, "a").text(2, "ReadFile").text(2, "NoOp")), "twice");
    refusedGraph(
        graph(
            n -> {
              node("a", "NoOp").accept(n);
              n.message(
                  5,
                  entry ->
                      entry
                          .text(1, "f")
                          .message(2, value -> value.message(10, f -> f.text(1, "evil")))
                          .message(2, value -> value.varint(3, 1)));
            }),
        "twice");
    refusedGraph(
        graph(
            n -> {
              node("a", "NoOp").accept(n);
              n.entry(5, "f", value -> value.message(10, f -> f.text(1, "evil")).varint(3, 1));
            }),
        "beside another");
    refusedGraph(
        graph(
            n -> {
              node("a", "NoOp").accept(n);
              n.entry(5, "f", value -> value.varint(3, 1));
              n.entry(5, "f", value -> value.varint(3, 2));
            }),
        "attribute f is there twice");
    refused(
        saved(
            List.of(node("out", "NoOp")),
            List.of(
                f -> {
                  function("one", List.of(node("x", "NoOp"))).accept(f);
                  f.message(1, signature -> signature.text(1, "two"));
                }),
            ""),
        "twice");
    refused(
        saved(
            List.of(node("out", "NoOp")),
            List.of(function("f", List.of()), function("f", List.of())),
            ""),
        "two functions");
  }

  @Test
  void functionsDoNotPassForOperations() {
    refused(
        saved(
            List.of(node("out", "ReadFile", "where")),
            List.of(function("ReadFile", List.of(node("x", "NoOp")))),
            ""),
        "function ReadFile");
  }

  /** A group, which few readers know, must not keep a signature from being looked at. */
  @Test
  void signaturesHideNothing() {
    byte[] group = {(byte) 0x7b, (byte) 0x7c};
    Consumer<WireWriter> hidden =
        meta ->
            meta.message(
                5,
                entry -> {
                  entry.text(1, "serving_default");
                  byte[] signature =
                      new WireWriter()
                          .entry(2, "outputs", info -> info.text(1, "w:0"))
                          .toByteArray();
                  byte[] with = java.util.Arrays.copyOf(signature, signature.length + 2);
                  System.arraycopy(group, 0, with, signature.length, 2);
                  entry.bytes(2, with);
                });
    refused(
        new WireWriter()
            .message(
                2,
                meta -> {
                  meta.message(
                      2,
                      def -> def.message(1, node("out", "NoOp")).message(1, node("w", "SaveV2")));
                  hidden.accept(meta);
                })
            .toByteArray(),
        "wire type");
  }

  @Test
  void collectionsHideNothing() {
    Consumer<WireWriter> nodes =
        def -> def.message(1, node("out", "NoOp")).message(1, node("w", "SaveV2"));
    refused(
        new WireWriter()
            .message(
                2,
                meta ->
                    meta.message(2, nodes)
                        .entry(4, "saved_model_main_op", c -> c.message(1, l -> l.text(1, "w"))))
            .toByteArray(),
        "loading must not reach SaveV2");
    refused(
        new WireWriter()
            .message(
                2,
                meta ->
                    meta.message(2, def -> def.message(1, node("out", "NoOp")))
                        .entry(4, "saved_model_assets", c -> {}))
            .toByteArray(),
        "assets");
  }

  @Test
  void aPlaceIsNotHiddenBehindOtherNodes() {
    refused(
        saved(
            List.of(
                text("where"), node("same", "Identity", "where"), call("in", "restore", "same")),
            List.of(function("restore", List.of(node("read", "RestoreV2", "prefix")))),
            "in"),
        "own folder only");
    Consumer<WireWriter> manyBits =
        n -> {
          node("ask", "Const").accept(n);
          n.entry(5, "value", value -> value.message(8, t -> t.varint(1, (1L << 32) | 7)));
        };
    refused(variables(manyBits), "own folder only");
    Consumer<WireWriter> another =
        n -> {
          text("ask").accept(n);
          n.entry(5, "_z", value -> value.message(8, t -> t.varint(1, 1)));
        };
    refused(variables(another), "own folder only");
  }

  @Test
  void theShapeOfAConstantIsItsValue() {
    refusedGraph(
        graph(
            n -> {
              shape("s", 1 << 20, 1 << 20).accept(n);
              n.entry(
                  5,
                  "_z",
                  v -> v.message(8, t -> t.varint(1, 9).message(2, s -> {}).varint(10, 1)));
            },
            node("f", "Fill", "s", "zero")),
        "node f (Fill)");
  }
}
