// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ModelGraphTest {

  private final ModelGraphBuilder builder = ModelGraph.builder();

  @Test
  void shapesFollowFromTheOperands() {
    Node x = builder.input("inputs", 3);
    Node w = builder.constant("w", Tensor.of(new float[6], 3, 2));
    Node h = builder.matMul(x, w);
    Node y = builder.softmax(builder.add(h, builder.constant(Tensor.vector(1, 2))));
    ModelGraph graph = builder.build(y);
    assertThat(graph.features()).isEqualTo(3);
    assertThat(graph.outputs()).isEqualTo(2);
    assertThat(graph.input()).isEqualTo(x);
    assertThat(graph.operands(h)).containsExactly(x, w);
    assertThat(graph).hasToString("inputs[N,3] -> Softmax[N,2], 6 nodes");
  }

  @Test
  void aColumnIsBroadcast() {
    Node x = builder.input("inputs", 1);
    assertThat(builder.add(x, builder.constant(Tensor.vector(1, 2, 3))).shape())
        .isEqualTo(Shape.rows(3));
  }

  @Test
  void nodesWithoutUseAreLeftOut() {
    Node x = builder.input("inputs", 1);
    builder.constant("unused", Tensor.scalar(1));
    assertThat(builder.build(builder.relu(x)).nodes())
        .extracting(Node::name)
        .containsExactly("inputs", "Relu");
  }

  @Test
  void whatDoesNotFitIsRefusedByName() {
    Node x = builder.input("inputs", 3);
    Node matrix = builder.constant("m", Tensor.of(new float[4], 2, 2));
    refused(() -> builder.matMul(x, matrix), "MatMul", "rows of 3", "rows of 2");
    refused(() -> builder.add(x, builder.constant(Tensor.vector(1, 2))), "[N,3]", "[2]");
    // Rows of a constant against rows of the batch would make the answer depend on the batch.
    refused(() -> builder.add(x, builder.constant(Tensor.of(new float[6], 2, 3))), "[2,3]");
    refused(() -> builder.add(x, builder.constant(Tensor.of(new float[3], 1, 1, 3))), "[1,1,3]");
    refused(() -> builder.matMul(matrix, matrix), "must be rows");
    refused(() -> builder.input("another", 3), "second input another");
    refused(() -> builder.constant("m", Tensor.scalar(1)), "second node named m");
    refused(() -> builder.constant("a b", Tensor.scalar(1)), "'a b'");
    refused(() -> builder.build(matrix), "[N,outputs]");
    refused(() -> builder.relu(ModelGraph.builder().input("inputs", 4)), "this builder");
  }

  @Test
  void constantsAreFiniteAndComplete() {
    refused(() -> Tensor.vector(1, Float.NaN), "value 1", "NaN");
    refused(() -> Tensor.vector(Float.POSITIVE_INFINITY), "value 0", "Infinity");
    refused(() -> Tensor.of(new float[5], 2, 3), "6 values", "found 5");
    refused(() -> Tensor.of(new float[5], 1 << 20, 1 << 20), "found 5");
    refused(() -> Shape.of(3, -1), "dimension 1");
    refused(
        () -> builder.standardise(builder.input("x", 1), new float[1], new float[1]), "above 0");
  }

  @Test
  void aBroadcastThatWouldFillTheMemoryIsRefused() {
    Node column = builder.constant(Tensor.of(new float[10_000], 10_000, 1));
    Node row = builder.constant(Tensor.of(new float[10_000], 1, 10_000));
    refused(() -> builder.add(column, row), "more than 67108864 numbers");
  }

  private static void refused(ThrowingCallable call, String... parts) {
    assertThatExceptionOfType(InvalidGraphException.class)
        .isThrownBy(call)
        .satisfies(e -> assertThat(e.getMessage()).contains(parts));
  }
}
