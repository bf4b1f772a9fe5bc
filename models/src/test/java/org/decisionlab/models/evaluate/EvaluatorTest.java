// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.decisionlab.models.graph.BatchNormStatistics;
import org.decisionlab.models.graph.BinaryFunction;
import org.decisionlab.models.graph.InvalidGraphException;
import org.decisionlab.models.graph.Lookup;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.graph.ModelGraphBuilder;
import org.decisionlab.models.graph.Movement;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Operation;
import org.decisionlab.models.graph.Operation.Unary;
import org.decisionlab.models.graph.Selection;
import org.decisionlab.models.graph.Tensor;
import org.decisionlab.models.graph.UnaryFunction;
import org.junit.jupiter.api.Test;

class EvaluatorTest {

  private final ModelGraphBuilder builder = ModelGraph.builder();

  @Test
  void denseLayerWorkedByHand() {
    // [1 2 3] x [[1 -1] [0 2] [1 0]] = [4 3]; plus [0.5 -4] = [4.5 -1]; relu = [4.5 0]
    Node x = builder.input("x", 3);
    Node w = builder.constant(Tensor.of(new float[] {1, -1, 0, 2, 1, 0}, 3, 2));
    Node b = builder.constant(Tensor.vector(0.5f, -4));
    ModelGraph graph = builder.build(builder.relu(builder.add(builder.matMul(x, w), b)));
    assertThat(Evaluator.of(graph).evaluate(new float[] {1, 2, 3})).containsExactly(4.5f, 0);
  }

  @Test
  void transposedMatrixIsTheSameLayer() {
    Node x = builder.input("x", 3);
    Node w = builder.constant(Tensor.of(new float[] {1, 0, 1, -1, 2, 0}, 2, 3));
    assertThat(answer(builder.matMulTransposed(x, w), 1, 2, 3)).containsExactly(4, 3);
  }

  @Test
  void functionsWorkedByHand() {
    Node x = builder.input("x", 3);
    // ln 3 = 1.0986123: sigmoid = 3/4, tanh = (9 - 1) / (9 + 1)
    float ln3 = (float) Math.log(3);
    assertThat(answer(builder.sigmoid(x), 0, ln3, -ln3)).containsExactly(0.5f, 0.75f, 0.25f);
    assertThat(answer(builder.tanh(x), 0, ln3, -ln3)).containsExactly(0, 0.8f, -0.8f);
    assertThat(answer(builder.relu(x), -1, 0, 2)).containsExactly(0, 0, 2);
    assertThat(answer(builder.softmax(x), 1, 2, 3))
        .containsExactly(new float[] {0.09003057f, 0.24472848f, 0.66524094f}, within(1e-7f));
  }

  @Test
  void extremesStayWithinBounds() {
    Node x = builder.input("x", 3);
    assertThat(answer(builder.softmax(x), 1e30f, -1e30f, 0)).containsExactly(1, 0, 0);
    assertThat(answer(builder.sigmoid(x), 1e30f, -1e30f, 0)).containsExactly(1, 0, 0.5f);
    assertThat(answer(builder.tanh(x), 1e30f, -1e30f, 1e-20f)).containsExactly(1, -1, 1e-20f);
  }

  @Test
  void tanhIsRightToTheLastBit() {
    Node x = builder.input("x", 1);
    Evaluator evaluator = Evaluator.of(builder.build(builder.tanh(x)));
    for (float value = -12; value < 12; value += 0.00123f) {
      assertThat(evaluator.evaluate(new float[] {value})[0])
          .isEqualTo((float) Math.tanh(value), within(Math.ulp((float) Math.tanh(value))));
    }
  }

  @Test
  void standardisationAndBatchNorm() {
    Node x = builder.input("x", 2);
    Node s = builder.standardise(x, new float[] {1, 10}, new float[] {2, 5});
    assertThat(answer(s, 5, 0)).containsExactly(2, -2);
    // (2 - 1) / sqrt(3 + 1) * 4 + 0.5 = 2.5 ; (-2 - 0) / sqrt(0 + 1) * 1 + 0 = -2
    Node n =
        builder.batchNorm(
            s,
            new BatchNormStatistics(
                Tensor.vector(4, 1),
                Tensor.vector(0.5f, 0),
                Tensor.vector(1, 0),
                Tensor.vector(3, 0),
                1));
    assertThat(answer(n, 5, 0)).containsExactly(2.5f, -2);
  }

  @Test
  void arithmeticKeepsTheOrderOfItsOperands() {
    Node x = builder.input("x", 2);
    Node c = builder.constant(Tensor.of(new float[] {8, 6}, 1, 2));
    assertThat(answer(builder.subtract(c, x), 2, 3)).containsExactly(6, 3);
    assertThat(answer(builder.subtract(x, c), 2, 3)).containsExactly(-6, -3);
    assertThat(answer(builder.divide(c, x), 2, 3)).containsExactly(4, 2);
    assertThat(answer(builder.divide(builder.multiply(x, x), x), 2, 3)).containsExactly(2, 3);
  }

  @Test
  void constantsAndColumnsAreBroadcast() {
    Node x = builder.input("x", 1);
    Node wide = builder.add(x, builder.constant(Tensor.vector(1, 2, 3)));
    assertThat(answer(wide, 10)).containsExactly(11, 12, 13);
    assertThat(answer(builder.multiply(wide, x), 10)).containsExactly(110, 120, 130);
    Node two = builder.constant(Tensor.scalar(2));
    assertThat(answer(builder.multiply(two, wide), 10)).containsExactly(22, 24, 26);
    Node column = builder.constant(Tensor.of(new float[] {1}, 1, 1));
    Node row = builder.constant(Tensor.vector(5, 6, 7));
    Node folded = builder.tanh(builder.subtract(builder.add(column, row), row));
    assertThat(answer(builder.multiply(wide, folded), 0))
        .containsExactly((float) Math.tanh(1), 2 * (float) Math.tanh(1), 3 * (float) Math.tanh(1));
  }

  @Test
  void valuesReadTwiceAreNotOverwritten() {
    Node x = builder.input("x", 2);
    Node w = builder.constant(Tensor.of(new float[] {1, 0, 0, 1}, 2, 2));
    Node product = builder.matMul(x, w);
    Node biased = builder.add(product, builder.constant(Tensor.vector(1, 1)));
    Node renamed = builder.identity("renamed", biased);
    Node left = builder.relu(renamed);
    Node sum = builder.add(builder.add(left, biased), builder.add(product, x));
    // product = x = [-3 2]; biased = [-2 3]; relu = [0 3]; sum = [0-2-3-3, 3+3+2+2]
    assertThat(answer(sum, -3, 2)).containsExactly(-8, 10);
    assertThat(answer(builder.add(x, x), -3, 2)).containsExactly(-6, 4);
  }

  @Test
  void batchesAreBitEqualToSingleRowsAndThreadsDoNotDisturbEachOther() throws Exception {
    Evaluator evaluator = Evaluator.of(RandomNets.dense(7, 12, 33, 5));
    float[][] rows = RandomNets.rows(11, 257, 12);
    float[][] expected = Arrays.stream(rows).map(evaluator::evaluate).toArray(float[][]::new);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      Future<?>[] runs = new Future<?>[16];
      for (int i = 0; i < runs.length; i++) {
        runs[i] =
            threads.submit(() -> assertThat(evaluator.evaluate(rows)).isDeepEqualTo(expected));
      }
      for (Future<?> run : runs) {
        run.get(60, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void wrongRowsAreRefused() {
    Evaluator evaluator = Evaluator.of(builder.build(builder.relu(builder.input("x", 2))));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> evaluator.evaluate(new float[3]))
        .withMessage("the row has 3 features; the model expects 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> evaluator.evaluate(new float[][] {{1, 2}, {1, Float.NaN}}))
        .withMessage("feature 1 of row 1 is not finite: NaN");
    assertThat(evaluator.evaluate(new float[0][])).isEmpty();
  }

  @Test
  void foldingToAnInfiniteConstantIsRefused() {
    Node x = builder.input("x", 1);
    Node zero = builder.constant("zero", Tensor.scalar(0));
    Node broken = builder.apply("q", new Operation.Binary(BinaryFunction.DIVIDE), zero, zero);
    ModelGraph graph = builder.build(builder.add(x, broken));
    org.assertj.core.api.Assertions.assertThatExceptionOfType(InvalidGraphException.class)
        .isThrownBy(() -> Evaluator.of(graph))
        .withMessageContaining("node q");
  }

  @Test
  void everyFunctionFoldsAsItEvaluates() {
    Node x = builder.input("x", 3);
    Set<UnaryFunction> narrow =
        EnumSet.of(
            UnaryFunction.LOGARITHM,
            UnaryFunction.SQUARE_ROOT,
            UnaryFunction.ARC_SINE,
            UnaryFunction.ARC_COSINE);
    for (UnaryFunction function : UnaryFunction.values()) {
      float[] row =
          narrow.contains(function) ? new float[] {0.25f, 0.5f, 1} : new float[] {-1, 0.5f, 2};
      float[] computed = answer(builder.apply(function + "_x", new Unary(function), x), row);
      Node folded =
          builder.apply(function + "_c", new Unary(function), builder.constant(Tensor.vector(row)));
      Node zero = builder.multiply(x, builder.constant(Tensor.scalar(0)));
      assertThat(answer(builder.add(zero, folded), row)).containsExactly(computed);
    }
  }

  @Test
  void theErrorFunctionIsRightToTheLastBit() {
    // Values of the error function to 7 digits from tables of it.
    Node x = builder.input("x", 5);
    Node y = builder.apply("y", new Unary(UnaryFunction.ERROR_FUNCTION), x);
    assertThat(answer(y, 0.1f, 0.5f, 1, 2, -3.5f))
        .containsExactly(
            new float[] {0.11246292f, 0.5204999f, 0.8427008f, 0.9953223f, -0.9999993f},
            within(1e-7f));
  }

  @Test
  void aMissingFeatureIsAcceptedWhereItIsReplaced() {
    Node x = builder.input("x", 3);
    Node first = builder.apply("first", new Movement.Slice(List.of(0), List.of(2), List.of(1)), x);
    Node rest = builder.apply("rest", new Movement.Slice(List.of(2), List.of(3), List.of(1)), x);
    Node missing = builder.apply("missing", new Unary(UnaryFunction.IS_MISSING), first);
    Node mask = builder.constant(Tensor.vector(0, 1));
    Node where = builder.multiply(missing, mask);
    Node filled =
        builder.apply("filled", new Selection(), where, builder.constant(Tensor.scalar(9)), first);
    Node both = builder.apply("both", new Movement.Concat(1), filled, rest);
    Evaluator evaluator =
        Evaluator.of(builder.build(builder.multiply(both, builder.constant(Tensor.scalar(2)))));
    assertThat(evaluator.mayBeMissing(0)).isFalse();
    assertThat(evaluator.mayBeMissing(1)).isTrue();
    assertThat(evaluator.mayBeMissing(2)).isFalse();
    assertThat(evaluator.evaluate(new float[] {1, Float.NaN, 3})).containsExactly(2, 18, 6);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> evaluator.evaluate(new float[] {Float.NaN, 1, 3}))
        .withMessageContaining("feature 0 of the row is not finite");
  }

  @Test
  void anIndexThatIsNotInTheTableIsRefused() {
    Node x = builder.input("x", 2);
    Node table = builder.constant(Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2));
    Node rows = builder.apply("rows", new Lookup(), table, x);
    Node flat = builder.apply("flat", new Movement.Reshape(List.of(4)), rows);
    Evaluator evaluator = Evaluator.of(builder.build(builder.identity("y", flat)));
    assertThat(evaluator.evaluate(new float[] {2, 0.9f})).containsExactly(5, 6, 1, 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> evaluator.evaluate(new float[] {0, 3}))
        .withMessage("node rows looks up index 3.0 in a table of 3 entries, 0 to 2");
  }

  private float[] answer(Node output, float... row) {
    return Evaluator.of(builder.build(output)).evaluate(row);
  }
}
