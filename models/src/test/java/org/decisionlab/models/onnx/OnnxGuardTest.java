// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.onnx;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.Consumer;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.evaluate.RandomNets;
import org.decisionlab.models.proto.WireWriter;
import org.junit.jupiter.api.Test;

class OnnxGuardTest {

  private static byte[] model(Consumer<WireWriter> graph) {
    return new WireWriter().varint(1, 8).message(7, graph).toByteArray();
  }

  private static Consumer<WireWriter> node(String domain, String operation, String... inputs) {
    return node -> {
      for (String input : inputs) {
        node.text(1, input);
      }
      node.text(2, "y").text(4, operation).text(7, domain);
    };
  }

  private static Consumer<WireWriter> shape(String name, long... sizes) {
    return tensor -> {
      tensor.varint(1, sizes.length).varint(2, 7).text(8, name);
      for (long size : sizes) {
        tensor.varint(7, size);
      }
    };
  }

  private static void refused(byte[] model, String... message) {
    assertThatThrownBy(() -> OnnxGuard.check(model))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContainingAll(message);
  }

  @Test
  void ordinaryModelsPass() {
    assertThatCode(() -> OnnxGuard.check(OnnxWriter.write(RandomNets.dense(1, 5, 4, 2))))
        .doesNotThrowAnyException();
    byte[] function =
        new WireWriter()
            .message(7, graph -> graph.message(1, node("mine", "Half")))
            .message(
                25,
                made -> made.text(1, "Half").message(7, node("", "Identity", "x")).text(10, "mine"))
            .toByteArray();
    assertThatCode(() -> OnnxGuard.check(function)).doesNotThrowAnyException();
  }

  @Test
  void dataOutsideOfTheFileIsRefusedWhereverItHides() {
    Consumer<WireWriter> external =
        tensor ->
            tensor
                .varint(1, 4)
                .varint(2, 1)
                .text(8, "w")
                .message(13, entry -> entry.text(1, "location").text(2, "../../secret"))
                .varint(14, 1);
    refused(model(graph -> graph.message(5, external)), "tensor w", "outside of the file");
    refused(
        model(
            graph ->
                graph.message(
                    1,
                    node ->
                        node.text(4, "Constant")
                            .message(5, attribute -> attribute.message(5, external)))),
        "outside of the file");
    refused(
        model(
            graph ->
                graph.message(
                    1,
                    node ->
                        node.text(4, "If")
                            .message(
                                5,
                                attribute ->
                                    attribute.message(6, inner -> inner.message(5, external))))),
        "outside of the file");
    refused(
        model(graph -> graph.message(5, t -> t.varint(1, 4).varint(2, 1).varint(14, 1))),
        "outside of the file");
  }

  @Test
  void operationsOfOthersAreRefused() {
    refused(model(graph -> graph.message(1, node("com.evil", "Shell"))), "Shell of com.evil");
    refused(model(graph -> graph.message(1, node("com.microsoft", "Anything"))), "com.microsoft");
    byte[] inFunction =
        new WireWriter()
            .message(7, graph -> graph.message(1, node("", "Identity")))
            .message(25, made -> made.text(1, "F").message(7, node("evil", "Op")).text(10, "mine"))
            .toByteArray();
    refused(inFunction, "Op of evil");
  }

  @Test
  void sizesAreCheckedBeforeMemoryIsTaken() {
    refused(
        model(graph -> graph.message(5, t -> t.varint(1, 1L << 40).varint(2, 1).text(8, "w"))),
        "tensor w",
        "more than the file holds");
    refused(
        model(
            graph ->
                graph.message(
                    5, t -> t.varint(1, 1L << 32).varint(1, 1L << 32).varint(2, 1).text(8, "w"))),
        "tensor w");
    refused(
        model(graph -> graph.message(5, t -> t.varint(1, -4).varint(2, 1).text(8, "w"))),
        "axis of size -4");
    refused(
        model(
            graph ->
                graph
                    .message(5, shape("s", 1 << 20, 1 << 20))
                    .message(1, node("", "ConstantOfShape", "s"))),
        "ConstantOfShape");
    refused(
        model(
            graph ->
                graph.message(5, shape("s", 1 << 30)).message(1, node("", "Expand", "x", "s"))),
        "Expand");
  }

  @Test
  void nestingIsBounded() {
    Consumer<WireWriter> graph = inner -> inner.message(1, node("", "Identity", "x"));
    for (int i = 0; i < 40; i++) {
      Consumer<WireWriter> within = graph;
      graph =
          outer ->
              outer.message(1, node -> node.text(4, "If").message(5, at -> at.message(6, within)));
    }
    refused(model(graph), "nested more than");
    refused(new byte[0], "no ONNX graph");
    refused(new WireWriter().message(20, training -> {}).toByteArray(), "training");
  }

  @Test
  void whatIsThereTwiceIsRefused() {
    Consumer<WireWriter> evil = graph -> graph.message(1, node("com.evil", "Shell"));
    refused(
        new WireWriter().message(7, evil).message(7, g -> {}).toByteArray(),
        "field 7 is there twice");
    refused(
        model(g -> g.message(1, n -> n.text(4, "Add").text(7, "com.evil").text(7, ""))), "twice");
    refused(
        model(g -> g.message(5, t -> t.varint(1, 4).varint(2, 1).varint(14, 1).varint(14, 0))),
        "outside of the file");
    refused(
        model(
            g ->
                g.message(
                    1,
                    n ->
                        n.text(4, "If")
                            .message(5, a -> a.message(6, evil).message(6, inner -> {})))),
        "Shell");
  }

  @Test
  void defaultsOfFunctionsAreLookedThrough() {
    refused(
        new WireWriter()
            .message(7, graph -> graph.message(1, node("", "Identity")))
            .message(
                25,
                made ->
                    made.text(1, "F")
                        .message(
                            11, a -> a.message(5, t -> t.varint(1, 4).varint(2, 1).varint(14, 1)))
                        .text(10, "mine"))
            .toByteArray(),
        "outside of the file");
  }

  @Test
  void placesOutsideAreNotHiddenByTooManyBits() {
    refused(
        model(g -> g.message(5, t -> t.varint(1, 4).varint(2, 1).varint(14, (1L << 32) | 1))),
        "outside of the file");
  }

  @Test
  void shapesAreFoundHoweverTheyAreWritten() {
    byte[] raw =
        java.nio.ByteBuffer.allocate(16)
            .order(java.nio.ByteOrder.LITTLE_ENDIAN)
            .putLong(1 << 20)
            .putLong(1 << 20)
            .array();
    refused(
        model(
            g ->
                g.message(5, t -> t.bytes(9, raw).varint(1, 2).varint(2, 7).text(8, "s"))
                    .message(1, node("", "ConstantOfShape", "s"))),
        "ConstantOfShape");
    refused(
        model(
            g ->
                g.message(
                        1,
                        n ->
                            n.text(2, "s")
                                .text(4, "Constant")
                                .message(5, a -> a.varint(8, 1 << 20).varint(8, 1 << 20)))
                    .message(1, node("", "ConstantOfShape", "s"))),
        "ConstantOfShape");
    refused(
        model(
            g ->
                g.message(5, shape("s", 1 << 20, 1 << 20))
                    .message(
                        1,
                        n ->
                            n.text(4, "If")
                                .message(
                                    5,
                                    a ->
                                        a.message(
                                            6,
                                            inner ->
                                                inner.message(
                                                    1, node("", "ConstantOfShape", "s")))))),
        "ConstantOfShape");
  }
}
