// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.proto.WireWriter;
import org.junit.jupiter.api.Test;

class GraphDefReaderTest {

  private static final float[] SOFTMAX_123 = {0.09003057f, 0.24472848f, 0.66524094f};

  private final WireWriter graph = new WireWriter();

  @Test
  void readsTheFrozenFixture() throws Exception {
    ModelGraph read = GraphDefReader.read(Fixtures.F1, "x_in", "y_out");
    assertThat(Evaluator.of(read).evaluate(new float[] {1, 2, 3}))
        .containsExactly(SOFTMAX_123, within(1e-6f));
  }

  @Test
  void readsTheSavedModelFixture() throws Exception {
    ModelGraph read = SavedModelReader.read(Fixtures.F2);
    assertThat(read.input().name()).isEqualTo("serving_default_inputs_input");
    assertThat(Evaluator.of(read).evaluate(new float[] {1, 2, 3}))
        .containsExactly(SOFTMAX_123, within(1e-6f));
  }

  /** Keras writes an alias for each function of a model. */
  @Test
  void readsASavedModelWithAliasesOfFunctions() throws Exception {
    input(3);
    node("y", "Relu", "x");
    byte[] saved =
        new WireWriter()
            .message(
                2,
                meta ->
                    meta.message(
                            1,
                            info ->
                                info.text(4, "serve")
                                    .message(8, alias -> alias.text(1, "f_1").text(2, "call"))
                                    .message(8, alias -> alias.text(1, "f_2").text(2, "call")))
                        .bytes(2, graph.toByteArray())
                        .entry(
                            5,
                            "serving_default",
                            signature ->
                                signature
                                    .entry(1, "in", tensor -> tensor.text(1, "x:0"))
                                    .entry(2, "out", tensor -> tensor.text(1, "y:0"))))
            .toByteArray();
    assertThat(Evaluator.of(SavedModelReader.read(saved)).evaluate(new float[] {1, -2, 3}))
        .containsExactly(1, 0, 3);
  }

  @Test
  void everyFormOfATensorIsRead() throws Exception {
    input(3);
    constant("content", shape(3).andThen(t -> t.floats(4, 1, 2, 3)));
    constant("packed", shape(3).andThen(t -> t.floats(5, 10, 20, 30)));
    constant("single", shape(1, 3).andThen(t -> t.fixed32(5, 100).fixed32(5, 200).fixed32(5, 300)));
    constant("splat", shape(3).andThen(t -> t.fixed32(5, 1000)));
    constant("tail", shape(3).andThen(t -> t.floats(5, 5000, 10_000)));
    constant("zero", shape(3));
    constant("scalar", t -> t.message(2, s -> {}).fixed32(5, 0.5f));
    node("a", "AddV2", "x", "content");
    node("b", "Add", "packed:0", "a:0");
    node("c", "BiasAdd", "b", "tail");
    node("d", "AddV2", "single", "c", "^a");
    node("e", "AddV2", "d", "splat");
    node("f", "Sub", "e", "zero");
    node("g", "Div", "f", "scalar");
    assertThat(answer("g", 0, 0, 0)).containsExactly(2 * 6111, 2 * 11222, 2 * 11333);
  }

  @Test
  void nodesMayComeInAnyOrder() throws Exception {
    node("y", "Relu", "s");
    node("s", "Sub", "x", "c");
    constant("c", shape(1).andThen(t -> t.fixed32(5, 3)));
    input(1);
    node("unused", "PyFunc", "nowhere");
    assertThat(answer("y", 5)).containsExactly(2);
  }

  @Test
  void aNodeReadByManyIsReadOnce() throws Exception {
    input(1);
    String last = "x";
    for (int i = 0; i < 60; i++) {
      // Without care this graph has 2^60 paths.
      node("n" + i, "Mul", last, last);
      last = "n" + i;
    }
    assertThat(answer(last, 1)).containsExactly(1);
  }

  @Test
  void whatIsNotSupportedIsNamed() {
    input(2);
    node("evil", "ReadFile", "x");
    refused("evil", "node evil (ReadFile): this operation is not supported", "AddV2", "Tanh");
    refused("absent", "no node absent, the output");
    node("half", "Relu", "absent");
    refused("half", "no node absent");
    node("second", "Relu", "x:1");
    refused("second", "no node x:1");
    node("few", "AddV2", "x");
    refused("few", "few", "takes 2 operands, found 1");
    constant("c", shape(2));
    refused("c", "output c does not depend on the input x");
    constant("narrow", shape(1));
    node("bias", "BiasAdd", "x", "narrow");
    refused("bias", "node bias (BiasAdd)", "[1]");
    node("matrix", "MatMul", "x", "c");
    refused("matrix", "must be a constant matrix");
    refused(
        () -> GraphDefReader.read(graph.toByteArray(), "other", "bias"), "placeholder", "other");
    graph.message(1, n -> n.text(1, "x").text(2, "Relu"));
    refused("bias", "second node of this name");
  }

  @Test
  void otherTypesAreRefused() {
    input(2);
    graph.message(
        1, n -> n.text(1, "y").text(2, "Relu").text(3, "x").entry(5, "T", v -> v.varint(6, 2)));
    refused("y", "only float32", "type 2");
    graph.message(
        1,
        n ->
            n.text(1, "t")
                .text(2, "MatMul")
                .text(3, "x")
                .text(3, "x")
                .entry(5, "transpose_a", v -> v.bool(5, true)));
    refused("t", "transpose_a");
    graph.message(
        1,
        n ->
            n.text(1, "i")
                .text(2, "Const")
                .entry(5, "value", v -> v.message(8, t -> t.varint(1, 3))));
    refused("i", "node i (Const)", "type 3");
  }

  @Test
  void cyclesAreRefused() {
    node("a", "Relu", "b");
    node("b", "Relu", "c");
    node("c", "Relu", "a");
    refused("a", "depends on itself");
    node("self", "Relu", "self");
    refused("self", "depends on itself");
  }

  @Test
  void deepGraphsNeedNoStack() throws Exception {
    int depth = 15_000;
    for (int i = depth; i > 0; i--) {
      node("n" + i, "Identity", i == 1 ? "x" : "n" + (i - 1));
    }
    input(1);
    assertThat(answer("n" + depth, 7)).containsExactly(7);
  }

  @Test
  void sizesAreCheckedBeforeMemoryIsTaken() {
    input(1);
    constant("huge", shape(1 << 20, 1 << 20).andThen(t -> t.fixed32(5, 1)));
    node("a", "AddV2", "x", "huge");
    refused("a", "node huge (Const)", "at most");
    constant("negative", shape(-1));
    node("b", "AddV2", "x", "negative");
    refused("b", "node negative (Const)", "not possible");
    constant("many", shape(1).andThen(t -> t.floats(4, 1, 2)));
    node("c", "AddV2", "x", "many");
    refused("c", "2 values for shape [1]");
    constant("nan", shape(1).andThen(t -> t.floats(4, Float.NaN)));
    node("d", "AddV2", "x", "nan");
    refused("d", "node nan (Const)", "not finite");
    for (int i = 0; i < 5; i++) {
      constant("large" + i, shape(1, 1 << 20).andThen(t -> t.fixed32(5, 1)));
      node("e" + i, "AddV2", i == 0 ? "x" : "e" + (i - 1), "large" + i);
    }
    refused("e4", "filled up");
  }

  @Test
  void theInputMustBeRows() {
    graph.message(1, n -> n.text(1, "x").text(2, "Placeholder"));
    node("y", "Relu", "x");
    refused("y", "node x (Placeholder)", "shape is missing");
  }

  private void input(int features) {
    graph.message(
        1,
        n ->
            n.text(1, "x")
                .text(2, "Placeholder")
                .entry(5, "shape", v -> v.message(7, s -> dimensions(s, -1, features))));
  }

  private void node(String name, String operation, String... inputs) {
    graph.message(
        1,
        n -> {
          n.text(1, name).text(2, operation);
          for (String each : inputs) {
            n.text(3, each);
          }
        });
  }

  private void constant(String name, Consumer<WireWriter> tensor) {
    graph.message(
        1,
        n ->
            n.text(1, name)
                .text(2, "Const")
                .entry(5, "value", v -> v.message(8, t -> tensor.accept(t.varint(1, 1)))));
  }

  private static Consumer<WireWriter> shape(int... sizes) {
    return tensor -> tensor.message(2, shape -> dimensions(shape, sizes));
  }

  private static void dimensions(WireWriter shape, int... sizes) {
    for (int size : sizes) {
      shape.message(2, d -> d.varint(1, size));
    }
  }

  private float[] answer(String output, float... row) throws ModelFormatException {
    return Evaluator.of(GraphDefReader.read(graph.toByteArray(), "x", output)).evaluate(row);
  }

  private void refused(String output, String... parts) {
    refused(() -> GraphDefReader.read(graph.toByteArray(), "x", output), parts);
  }

  private static void refused(ThrowingCallable call, String... parts) {
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(call)
        .satisfies(e -> assertThat(e.getMessage()).contains(parts));
  }
}
