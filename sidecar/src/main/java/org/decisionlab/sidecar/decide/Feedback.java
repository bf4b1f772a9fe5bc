// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.decide;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.wire.StrictJson;

/**
 * What became of files after they were asked about, version 1.
 *
 * @param layer layer of caches; empty when not told
 * @param outcomes what became of each
 */
public record Feedback(String layer, List<Outcome> outcomes) {

  /** Outcomes in one report at most. */
  public static final int MAX_OUTCOMES = 20_000;

  /**
   * What became of one file.
   *
   * @param lfn logical file name
   * @param reused whether it was opened again within the horizon of the model
   */
  public record Outcome(String lfn, boolean reused) {}

  /**
   * Reads feedback; members that are not known are ignored.
   *
   * @throws RefusedException when it is not one, saying which member is wrong
   */
  public static Feedback parse(byte[] json) {
    JsonNode root = StrictJson.object(json, "the feedback");
    Question.requireVersion(root);
    JsonNode list = StrictJson.list(root, "outcomes", MAX_OUTCOMES);
    List<Outcome> outcomes = new ArrayList<>(list.size());
    for (int i = 0; i < list.size(); i++) {
      JsonNode entry = list.get(i);
      if (!entry.path("reused").isBoolean()) {
        throw RefusedException.malformed(
            "outcomes[" + i + "] must be an object with 'lfn' and 'reused', true or false");
      }
      try {
        outcomes.add(new Outcome(Question.lfn(entry), entry.path("reused").asBoolean()));
      } catch (RefusedException e) {
        throw RefusedException.malformed("outcomes[" + i + "]: " + e.told());
      }
    }
    return new Feedback(StrictJson.text(root, "layer", Question.MAX_NAME), outcomes);
  }
}
