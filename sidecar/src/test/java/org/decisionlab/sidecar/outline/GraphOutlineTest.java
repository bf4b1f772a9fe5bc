// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.outline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.engine.ModelFile;
import org.decisionlab.models.engine.ModelFormat;
import org.decisionlab.models.proto.WireWriter;
import org.decisionlab.sidecar.outline.GraphOutline.Operation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GraphOutlineTest {

  private static final Path IMPORTS = Path.of("src/test/resources/imports");

  @TempDir Path directory;

  private static List<String> types(GraphOutline outline) {
    return outline.nodes().stream().map(Operation::type).toList();
  }

  /** Whatever is read is there, and before its reader: the page draws from the top. */
  private static void sound(GraphOutline outline) {
    Set<String> before = new HashSet<>();
    for (Operation node : outline.nodes()) {
      assertThat(before).as(node.toString()).containsAll(node.operands());
      assertThat(before.add(node.name())).as(node.name()).isTrue();
    }
    assertThat(before).containsAll(outline.outputs());
  }

  /** Keras keeps a model in functions that call functions, and its weights in variables. */
  @ParameterizedTest
  @CsvSource({"keras_mlp,MatMul,2", "keras_lstm,While,1"})
  void keras(String name, String type, int least) throws Exception {
    Path file = IMPORTS.resolve(name).resolve("saved_model.pb");
    GraphOutline outline = GraphOutline.of(ModelFile.of(ModelFormat.SAVED_MODEL, file));
    sound(outline);
    assertThat(outline.inputs()).hasSize(1);
    assertThat(outline.outputs()).hasSize(1);
    assertThat(types(outline)).contains("Placeholder", "VarHandleOp", "ReadVariableOp");
    assertThat(types(outline).stream().filter(found -> found.endsWith(type)).count())
        .as(types(outline).toString())
        .isGreaterThanOrEqualTo(least);
    assertThat(types(outline)).doesNotContain("SaveV2", "RestoreV2", "StatefulPartitionedCall");
    assertThat(outline.nodes()).extracting(Operation::name).containsAll(outline.inputs());
  }

  private static WireWriter node(String name, String operation, String... inputs) {
    WireWriter node = new WireWriter().text(1, name).text(2, operation);
    for (String input : inputs) {
      node.text(3, input);
    }
    return node;
  }

  private GraphOutline frozen(List<WireWriter> nodes, String output) throws Exception {
    WireWriter graph = new WireWriter();
    for (WireWriter node : nodes) {
      graph.bytes(1, node.toByteArray());
    }
    Path file = Files.write(directory.resolve("g.pb"), graph.toByteArray());
    return GraphOutline.of(new ModelFile(ModelFormat.FROZEN_GRAPH, file, "x", output));
  }

  @Test
  void aGraphThatOnlyItsEngineKnowsIsShownByItsNames() throws Exception {
    GraphOutline outline =
        frozen(
            List.of(
                node("x", "Placeholder"),
                node("unused", "Erfinv", "x"),
                node("two", "TopKV2", "x:0", "^unused"),
                node("y", "Bessel", "two:1", "x")),
            "y");
    sound(outline);
    assertThat(types(outline)).containsExactly("Placeholder", "TopKV2", "Bessel");
    assertThat(outline.nodes().get(2).operands()).containsExactly("two", "x");
    assertThat(outline.inputs()).containsExactly("x");
    assertThat(outline.outputs()).containsExactly("y");
  }

  @Test
  void loopsEndAndGraphsThatAreTooLargeAreRefused() throws Exception {
    GraphOutline loop =
        frozen(
            List.of(
                node("x", "Placeholder"),
                node("merge", "Merge", "x", "next"),
                node("next", "NextIteration", "merge"),
                node("y", "Exit", "merge")),
            "y");
    assertThat(types(loop)).contains("Merge", "NextIteration", "Exit");
    List<WireWriter> chain = new java.util.ArrayList<>(List.of(node("n0", "Erfinv", "x")));
    chain.add(node("x", "Placeholder"));
    for (int i = 1; i < 100_000; i++) {
      chain.add(node("n" + i, "Erfinv", "n" + (i - 1)));
    }
    assertThatThrownBy(() -> frozen(chain, "n99999"))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("more than 500 operations deep");
    assertThatThrownBy(() -> frozen(List.of(node("y", "Erfinv", "nobody")), "y"))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("there is no node 'nobody'");
  }

  /** Nodes that call functions are walked one inside the other too. */
  @Test
  void callsAreCountedAsDeepToo() throws Exception {
    List<WireWriter> chain = new java.util.ArrayList<>(List.of(node("x", "Placeholder")));
    for (int i = 0; i < 20_000; i++) {
      chain.add(node("n" + i, "F", i == 0 ? "x" : "n" + (i - 1)));
    }
    WireWriter graph = new WireWriter();
    chain.forEach(node -> graph.bytes(1, node.toByteArray()));
    graph.message(
        2,
        library ->
            library.message(
                1,
                function ->
                    function
                        .message(
                            1,
                            signature ->
                                signature
                                    .text(1, "F")
                                    .message(2, argument -> argument.text(1, "a"))
                                    .message(3, result -> result.text(1, "r")))
                        .bytes(3, node("o", "Erfinv", "a").toByteArray())
                        .message(4, entry -> entry.text(1, "r").text(2, "o:y:0"))));
    Path file = Files.write(directory.resolve("calls.pb"), graph.toByteArray());
    assertThatThrownBy(
            () -> GraphOutline.of(new ModelFile(ModelFormat.FROZEN_GRAPH, file, "x", "n19999")))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("more than 500 operations deep");
    GraphOutline few = GraphOutline.of(new ModelFile(ModelFormat.FROZEN_GRAPH, file, "x", "n100"));
    sound(few);
    assertThat(few.outputs()).containsExactly("n100/o");
  }

  @Test
  void anOnnxGraphThatIsTooLargeIsRefusedWhileItIsRead() throws Exception {
    WireWriter graph = new WireWriter();
    for (int i = 0; i <= GraphOutline.MAX_NODES; i++) {
      graph.message(1, node -> node.text(1, "x").text(2, "y").text(4, "Erf"));
    }
    // What comes after them is not looked at any more.
    graph.bytes(11, new byte[] {(byte) 0xff});
    Path file =
        Files.write(
            directory.resolve("m.onnx"),
            new WireWriter().bytes(7, graph.toByteArray()).toByteArray());
    assertThatThrownBy(() -> GraphOutline.of(ModelFile.of(ModelFormat.ONNX, file)))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("more than 2000 nodes");
  }
}
