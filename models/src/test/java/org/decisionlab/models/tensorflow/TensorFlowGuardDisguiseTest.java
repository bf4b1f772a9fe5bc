// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.tensorflow;

import static org.decisionlab.models.tensorflow.GuardedGraphs.call;
import static org.decisionlab.models.tensorflow.GuardedGraphs.function;
import static org.decisionlab.models.tensorflow.GuardedGraphs.graph;
import static org.decisionlab.models.tensorflow.GuardedGraphs.node;
import static org.decisionlab.models.tensorflow.GuardedGraphs.refused;
import static org.decisionlab.models.tensorflow.GuardedGraphs.refusedGraph;
import static org.decisionlab.models.tensorflow.GuardedGraphs.saved;
import static org.decisionlab.models.tensorflow.GuardedGraphs.shape;
import static org.decisionlab.models.tensorflow.GuardedGraphs.text;
import static org.decisionlab.models.tensorflow.GuardedGraphs.variables;

import java.util.List;
import java.util.function.Consumer;
import org.decisionlab.models.proto.WireWriter;
import org.junit.jupiter.api.Test;

/** What must not be seen is not hidden in doubled, unusual or unread parts of a model. */
class TensorFlowGuardDisguiseTest {

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
    Consumer<WireWriter> noOp = node("a", "NoOp");
    refusedGraph(
        graph(
            noOp.andThen(
                n ->
                    n.message(
                        5,
                        entry ->
                            entry
                                .text(1, "f")
                                .message(2, value -> value.message(10, f -> f.text(1, "evil")))
                                .message(2, value -> value.varint(3, 1))))),
        "twice");
    Consumer<WireWriter> both = value -> value.message(10, f -> f.text(1, "evil")).varint(3, 1);
    refusedGraph(graph(noOp.andThen(n -> n.entry(5, "f", both))), "beside another");
    refusedGraph(
        graph(
            noOp.andThen(
                n ->
                    n.entry(5, "f", value -> value.varint(3, 1))
                        .entry(5, "f", value -> value.varint(3, 2)))),
        "attribute f is there twice");
    Consumer<WireWriter> twoNames =
        function("one", List.of(node("x", "NoOp")))
            .andThen(f -> f.message(1, signature -> signature.text(1, "two")));
    refused(saved(List.of(node("out", "NoOp")), List.of(twoNames), ""), "twice");
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
