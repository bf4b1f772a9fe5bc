// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.decisionlab.models.bundle.ModelBundle;
import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.models.tfaas.CacheAnswer;
import org.decisionlab.models.tfaas.CacheQuestion;
import org.decisionlab.models.tfaas.TfaasClient;
import org.decisionlab.models.tfaas.TfaasException;
import org.decisionlab.models.tfaas.TfaasSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client that notebooks use, against the sidecar. */
class TfaasClientTest {

  @Test
  void clientAndSidecarUnderstandEachOther(@TempDir Path directory) throws Exception {
    ModelBundle bundle = Models.random("reuse", 5, 0.5);
    try (LocalSidecar sidecar = LocalSidecar.start(directory.resolve("models"))) {
      TfaasClient client = new TfaasClient(TfaasSettings.of(sidecar.sidecar().address()));
      assertThat(client.models()).isEmpty();
      client.upload(bundle);
      assertThat(client.models()).singleElement().matches(listed -> listed.name().equals("reuse"));
      assertThat(client.params("reuse").path("inputNode").asText()).isEqualTo("x");
      List<String> names = bundle.card().features().names();
      float[] row = Models.row(new Random(6), names.size());
      float[] expected = Evaluator.of(bundle.graph()).evaluate(row);
      assertThat(client.predict("reuse", names, row)).containsExactly(expected);
      CacheAnswer answer = client.decide(CacheQuestion.of("/store/a", 1_000));
      assertThat(answer.model()).isEqualTo("reuse");
      assertThat(answer.version()).isEqualTo(1);
      assertThat(answer.why()).isEqualTo("model");
      assertThatThrownBy(() -> client.decide(CacheQuestion.of("/store/a").at(Instant.EPOCH)))
          .isInstanceOf(TfaasException.class)
          .hasMessageContaining("--replay");
      client.upload(bundle, "all");
      assertThatThrownBy(() -> client.upload(bundle, "owner"))
          .isInstanceOf(TfaasException.class)
          .hasMessageContaining("belongs to nobody");
      client.uploadForm(bundle);
      assertThat(client.predict("reuse", List.of(), row)).containsExactly(expected);
      client.delete("reuse");
      assertThat(client.models()).isEmpty();
      assertThatThrownBy(() -> client.predict("reuse", List.of(), row))
          .isInstanceOf(TfaasException.class)
          .hasMessageContaining("no model 'reuse'");
    }
  }
}
