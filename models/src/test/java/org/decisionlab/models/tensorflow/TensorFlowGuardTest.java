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
}
