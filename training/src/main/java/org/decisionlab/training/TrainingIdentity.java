// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import java.util.LinkedHashMap;
import java.util.Map;
import org.decisionlab.training.dataset.LabelledRows;

/**
 * What makes a training the same as another: what must be equal for a checkpoint to be gone on
 * with.
 */
record TrainingIdentity(
    LabelledRows train,
    LabelledRows validation,
    Block block,
    int seed,
    Map<String, String> settings) {

  private static final int LONGEST = 8_000;

  /** Facts by what they are about. */
  Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("features", String.join(", ", train.columns()));
    facts.put("net", net());
    facts.put("training rows", train.size() + " rows with SHA-256 " + train.digest());
    facts.put("validation rows", validation.size() + " rows with SHA-256 " + validation.digest());
    facts.put("seed", String.valueOf(seed));
    settings.forEach(facts::put);
    // How long to train may change.
    facts.remove("epochs");
    facts.remove("patience");
    return facts;
  }

  private String net() {
    StringBuilder text = new StringBuilder(block.toString().replaceAll("\\s+", " "));
    for (Pair<String, Parameter> parameter : block.getParameters()) {
      text.append("; ").append(parameter.getKey());
      text.append(parameter.getValue().getShape());
    }
    return text.length() <= LONGEST
        ? text.toString()
        : text.substring(0, LONGEST) + "... " + text.toString().hashCode();
  }
}
