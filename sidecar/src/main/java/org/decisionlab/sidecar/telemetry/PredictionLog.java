// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.telemetry;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.random.RandomGenerator;

/** A random sample of rows and answers, one line of JSON each. Thread safe. */
public final class PredictionLog {

  private final RollingFile file;
  private final double share;
  private final RandomGenerator random;

  /**
   * A log.
   *
   * @param file where to write
   * @param share share of the rows to write, 0 to 1
   * @param random chooses them; must be thread safe
   */
  public PredictionLog(RollingFile file, double share, RandomGenerator random) {
    this.file = file;
    this.share = share;
    this.random = random;
  }

  void add(Clock clock, Observations.Version version, float[] row, float[] answer) {
    if (random.nextDouble() >= share) {
      return;
    }
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("time", clock.instant().toString());
    line.put("model", version.model()).put("version", version.version());
    numbers(line.putArray("row"), row);
    numbers(line.putArray("answer"), answer);
    file.add(line.toString());
  }

  private static void numbers(ArrayNode array, float[] numbers) {
    for (float number : numbers) {
      // JSON has no word for what is missing but this.
      if (Float.isNaN(number)) {
        array.addNull();
      } else {
        array.add(number);
      }
    }
  }
}
