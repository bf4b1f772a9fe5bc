// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.decisionlab.models.bundle.FeatureStatistics;
import org.decisionlab.models.bundle.SelfCheck;
import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.graph.ModelGraphBuilder;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Operation;
import org.decisionlab.models.graph.Tensor;
import org.junit.jupiter.api.Test;

class ParityCheckTest {

  private static final List<FeatureStatistics> STATISTICS =
      List.of(
          new FeatureStatistics("size", 20, 3, 10, 30), new FeatureStatistics("idle", 5, 0, 5, 5));

  /** (size - 20) / 3 + (idle - 5), through a sigmoid. */
  private static ModelGraph graph() {
    ModelGraphBuilder builder = ModelGraph.builder();
    Node rows = builder.input("features", 2);
    Node standard = builder.standardise(rows, new float[] {20, 5}, new float[] {3, 1});
    Node sum = builder.matMul(standard, builder.constant(Tensor.of(new float[] {1, 1}, 2, 1)));
    return builder.build(builder.sigmoid(sum));
  }

  private static float[][] reference(float[][] rows) {
    float[][] outputs = new float[rows.length][];
    for (int i = 0; i < outputs.length; i++) {
      double logit = (rows[i][0] - 20) / 3 + (rows[i][1] - 5);
      outputs[i] = new float[] {(float) (1 / (1 + Math.exp(-logit)))};
    }
    return outputs;
  }

  /** The graph with every constant changed. */
  private static ModelGraph altered(ModelGraph graph, UnaryOperator<float[]> change) {
    ModelGraphBuilder builder = ModelGraph.builder();
    Map<String, Node> made = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      Operation operation = node.operation();
      if (operation instanceof Operation.Constant constant) {
        Tensor value = constant.value();
        operation = new Operation.Constant(Tensor.of(change.apply(value.toArray()), value.shape()));
      }
      Node[] operands = node.operands().stream().map(made::get).toArray(Node[]::new);
      made.put(node.name(), builder.apply(node.name(), operation, operands));
    }
    return builder.build(made.get(graph.output().name()));
  }

  @Test
  void anEqualGraphPasses() {
    SelfCheck check =
        new ParityCheck(STATISTICS, 3).run(graph(), ParityCheckTest::reference, "hand");
    assertThat(check.largestDifference()).isLessThan(1e-6);
    assertThat(check.rows()).isEqualTo(1 + 3 + 257);
    assertThat(check.tolerance()).isEqualTo(1e-5);
    ModelGraph same = altered(graph(), values -> values);
    assertThat(same).isEqualTo(graph());
  }

  @Test
  void anAlteredGraphIsRefusedWithTheWorstRow() {
    ModelGraph wrong =
        altered(
            graph(),
            values -> {
              values[0] *= 1.001f;
              return values;
            });
    assertThatThrownBy(
            () -> new ParityCheck(STATISTICS, 3).run(wrong, ParityCheckTest::reference, "hand"))
        .isInstanceOf(ExportRefusedException.class)
        .hasMessageContaining("differs from the trained one by")
        .hasMessageContaining("more than 1e-05 (seed 3)")
        .hasMessageMatching(
            ".*Worst row, in a batch of \\d+, output 0: trained [\\d.E-]+, the graph [\\d.E-]+,"
                + " features size = -?[\\d.]+, idle = -?[\\d.]+");
  }

  @Test
  void aModelThatGivesNoNumberIsRefused() {
    assertThatThrownBy(
            () ->
                new ParityCheck(STATISTICS, 3)
                    .run(
                        graph(),
                        rows -> {
                          float[][] outputs = reference(rows);
                          outputs[0][0] = Float.NaN;
                          return outputs;
                        },
                        "broken"))
        .isInstanceOf(ExportRefusedException.class)
        .hasMessageContaining("trained NaN");
  }

  @Test
  void freshRowsLieAroundTheStatistics() {
    float[][] rows = new FreshRows(STATISTICS, Evaluator.of(graph())).draw(new Random(1), 2000);
    double mean = 0;
    int far = 0;
    for (float[] row : rows) {
      mean += row[0] / rows.length;
      far += Math.abs(row[0] - 20) > 15 ? 1 : 0;
    }
    assertThat(mean).isBetween(19.0, 21.0);
    assertThat(far).as("some rows are far out").isBetween(50, 250);
  }
}
