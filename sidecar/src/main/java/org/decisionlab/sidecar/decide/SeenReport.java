// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.decide;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.wire.StrictJson;
import org.jspecify.annotations.Nullable;

/**
 * What a cache answered by itself and tells afterwards, version 1. It is numbered, so that a report
 * that is sent twice counts once.
 *
 * @param node name of the cache server
 * @param layer layer of caches it belongs to; empty when not told
 * @param start what the server calls its present life; numbers begin anew with each
 * @param seq running number of the report in that life
 * @param seen openings in the order of time
 */
public record SeenReport(String node, String layer, String start, long seq, List<Seen> seen) {

  /** Openings in one report at most. */
  public static final int MAX_SEEN = 20_000;

  /**
   * One opening.
   *
   * @param lfn logical file name
   * @param sizeBytes size of the file where the server knows it
   * @param timeMillis when it was
   * @param stored what was answered; null when not told
   * @param source what answered: {@code already}, {@code local}, {@code fallback}
   */
  public record Seen(
      String lfn,
      @Nullable Long sizeBytes,
      long timeMillis,
      @Nullable Boolean stored,
      String source) {}

  /**
   * Reads a report; members that are not known are ignored.
   *
   * @throws RefusedException when it is not one, saying which member is wrong
   */
  public static SeenReport parse(byte[] json) {
    JsonNode root = StrictJson.object(json, "the report");
    Question.requireVersion(root);
    Long seq = StrictJson.number(root, "seq");
    String node = StrictJson.text(root, "node", Question.MAX_NAME);
    if (seq == null || node.isEmpty()) {
      throw RefusedException.malformed("a report needs 'node' and its running number 'seq'");
    }
    JsonNode list = StrictJson.list(root, "seen", MAX_SEEN);
    List<Seen> seen = new ArrayList<>(list.size());
    for (int i = 0; i < list.size(); i++) {
      seen.add(seen(list.get(i), i));
    }
    return new SeenReport(
        node,
        StrictJson.text(root, "layer", Question.MAX_NAME),
        StrictJson.text(root, "start", Question.MAX_NAME),
        seq,
        seen);
  }

  private static Seen seen(JsonNode entry, int index) {
    try {
      Long time = Question.time(entry, "time_ms");
      if (!entry.isObject() || time == null) {
        throw RefusedException.malformed("it must be an object with 'lfn' and 'time_ms'");
      }
      Boolean stored = entry.hasNonNull("store") ? StrictJson.flag(entry, "store", false) : null;
      return new Seen(
          Question.lfn(entry),
          StrictJson.number(entry, "size"),
          time,
          stored,
          StrictJson.text(entry, "source", Question.MAX_NAME));
    } catch (RefusedException e) {
      throw RefusedException.malformed("seen[" + index + "]: " + e.told());
    }
  }
}
