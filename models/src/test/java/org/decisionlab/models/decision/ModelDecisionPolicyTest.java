// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.Random;
import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.core.decision.CacheDecision;
import org.decisionlab.core.feature.FeatureMap;
import org.decisionlab.core.feature.FileHistory;
import org.decisionlab.core.feature.FileStats;
import org.decisionlab.models.bundle.Bundles;
import org.decisionlab.models.bundle.ModelBundle;
import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.models.evaluate.RandomNets;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.graph.ModelGraphBuilder;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Tensor;
import org.junit.jupiter.api.Test;

class ModelDecisionPolicyTest {

  private final ModelBundle bundle = Bundles.random("model_1", 3);

  @Test
  void theScoreOfTheVectorIsHeldAgainstTheThreshold() {
    ModelDecisionPolicy policy = ModelDecisionPolicy.of(bundle, 7);
    Evaluator evaluator = Evaluator.of(bundle.graph());
    FeatureMap features = bundle.card().features();
    FileHistory history = new FileHistory();
    Random random = new Random(1);
    int stored = 0;
    for (int i = 0; i < 500; i++) {
      AccessRecord access =
          AccessRecord.of(
              "/store/data/f" + random.nextInt(20),
              Instant.ofEpochSecond(1_000_000L + 600L * i),
              1L + random.nextInt(1_000_000_000));
      FileStats stats = history.before(access);
      float score = evaluator.evaluate(features.vectorOf(access, stats))[0];
      CacheDecision decision = policy.decide(access, stats);
      assertThat(decision).isEqualTo(CacheDecision.model(score >= 0.4, score, "model_1", 7));
      stored += decision.store() ? 1 : 0;
      history.add(access);
    }
    assertThat(stored).as("a threshold that divides").isBetween(1, 499);
  }

  @Test
  void whatIsNoProbabilityStoresByDefault() {
    ModelGraphBuilder builder = ModelGraph.builder();
    Node x = builder.input("x", Bundles.FEATURES.size());
    Node zeros =
        builder.constant(Tensor.of(new float[Bundles.FEATURES.size()], Bundles.FEATURES.size(), 1));
    Node two = builder.add(builder.matMul(x, zeros), builder.constant(Tensor.vector(2)));
    Evaluator evaluator = Evaluator.of(builder.build(two));
    AccessRecord access = AccessRecord.of("/a", Instant.EPOCH, null);
    assertThat(
            new ModelDecisionPolicy(bundle.card(), 1, evaluator).decide(access, FileStats.UNSEEN))
        .isEqualTo(CacheDecision.byDefault(true));
  }

  @Test
  void modelsThatCannotDecideAreRefused() {
    Evaluator narrow = Evaluator.of(RandomNets.dense(1, 3, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ModelDecisionPolicy(bundle.card(), 1, narrow))
        .withMessageContaining("takes 3 features");
    Evaluator two = Evaluator.of(RandomNets.dense(1, Bundles.FEATURES.size(), 2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ModelDecisionPolicy(bundle.card(), 1, two))
        .withMessageContaining("one output");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelDecisionPolicy.of(bundle, 0))
        .withMessageContaining("count from 1");
  }
}
