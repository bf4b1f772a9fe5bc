// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.decide;

import com.fasterxml.jackson.databind.JsonNode;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.wire.StrictJson;
import org.jspecify.annotations.Nullable;

/**
 * A cache's question about one file, version 1.
 *
 * @param node name of the asking cache server; empty when not told
 * @param layer layer of caches it belongs to (localhost, site, region); empty when not told
 * @param lfn logical file name
 * @param sizeBytes size of the file where the asker knows it
 * @param diskFree free bytes of the cache's disk, null when not told
 * @param diskTotal size of the cache's disk in bytes, null when not told
 * @param seq running number of the asker, null when not told
 * @param timeMillis instant of the question in milliseconds since 1970, for replays; null for now
 * @param explain whether the answer should tell score, threshold and features
 */
public record Question(
    String node,
    String layer,
    String lfn,
    @Nullable Long sizeBytes,
    @Nullable Long diskFree,
    @Nullable Long diskTotal,
    @Nullable Long seq,
    @Nullable Long timeMillis,
    boolean explain) {

  /** Longest logical file name, in characters. */
  public static final int MAX_LFN = 4096;

  /** Longest name of a node or layer, in characters. */
  static final int MAX_NAME = 256;

  /** The last moment of year 9999, as far as instants are written with four digits. */
  private static final long MAX_TIME_MILLIS = 253_402_300_799_999L;

  /**
   * Reads a question; members that are not known are ignored.
   *
   * @throws RefusedException when it is not one, saying which member is wrong
   */
  public static Question parse(byte[] json) {
    JsonNode root = StrictJson.object(json, "the question");
    requireVersion(root);
    String lfn = lfn(root);
    return new Question(
        StrictJson.text(root, "node", MAX_NAME),
        StrictJson.text(root, "layer", MAX_NAME),
        lfn,
        StrictJson.number(root, "size"),
        StrictJson.number(root, "disk_free"),
        StrictJson.number(root, "disk_total"),
        StrictJson.number(root, "seq"),
        time(root, "time_ms"),
        StrictJson.flag(root, "explain", false));
  }

  /** Refuses what is not version 1. */
  static void requireVersion(JsonNode root) {
    if (!root.path("v").isIntegralNumber() || root.path("v").asLong() != 1) {
      throw RefusedException.malformed("'v' must be 1, the version of the question");
    }
  }

  /** The member {@code lfn}. */
  static String lfn(JsonNode root) {
    return requireName(StrictJson.text(root, "lfn", MAX_LFN));
  }

  /** Refuses what cannot be a logical file name. */
  static String requireName(String lfn) {
    if (lfn.isBlank()) {
      throw RefusedException.malformed("'lfn', the logical file name, is missing or blank");
    }
    if (lfn.length() > MAX_LFN) {
      throw RefusedException.malformed(
          "'lfn' has " + lfn.length() + " characters; at most " + MAX_LFN);
    }
    return lfn;
  }

  /** A member that tells an instant in milliseconds since 1970; null when it is absent. */
  static @Nullable Long time(JsonNode root, String member) {
    Long time = StrictJson.number(root, member);
    if (time != null && time > MAX_TIME_MILLIS) {
      throw RefusedException.malformed("'" + member + "' is after year 9999: " + time);
    }
    return time;
  }
}
