// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.tensorflow;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.decisionlab.models.tensorflow.GuardedGraphs.call;
import static org.decisionlab.models.tensorflow.GuardedGraphs.function;
import static org.decisionlab.models.tensorflow.GuardedGraphs.graph;
import static org.decisionlab.models.tensorflow.GuardedGraphs.node;
import static org.decisionlab.models.tensorflow.GuardedGraphs.refused;
import static org.decisionlab.models.tensorflow.GuardedGraphs.saved;
import static org.decisionlab.models.tensorflow.GuardedGraphs.shape;
import static org.decisionlab.models.tensorflow.GuardedGraphs.text;
import static org.decisionlab.models.tensorflow.GuardedGraphs.variables;

import java.util.List;
import org.decisionlab.models.evaluate.RandomNets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Which models TensorFlow is not shown: those that could reach files, the network or too much
 * memory.
 */
class TensorFlowGuardTest {

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
