// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.decide;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.wire.StrictJson;
import org.decisionlab.sidecar.wire.StrictReader;
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

  private static final String WANTED_VERSION = "'v' must be 1, the version of the question";

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
    return StrictReader.object(json, "the question", Question::read);
  }

  private static Question read(StrictReader object) throws IOException {
    Members told = new Members();
    for (String name = object.member(); name != null; name = object.member()) {
      switch (name) {
        case "v" -> told.version = version(object);
        case "node" -> told.node = object.text(name, MAX_NAME);
        case "layer" -> told.layer = object.text(name, MAX_NAME);
        case "lfn" -> told.lfn = object.text(name, MAX_LFN);
        case "size" -> told.sizeBytes = object.number(name);
        case "disk_free" -> told.diskFree = object.number(name);
        case "disk_total" -> told.diskTotal = object.number(name);
        case "seq" -> told.seq = object.number(name);
        case "time_ms" -> told.timeMillis = time(object, name);
        case "explain" -> told.explain = object.flag(name);
        default -> object.skip();
      }
    }
    return told.question();
  }

  /** What was told so far. */
  private static final class Members {
    private boolean version;
    private String node = "";
    private String layer = "";
    private String lfn = "";
    private @Nullable Long sizeBytes;
    private @Nullable Long diskFree;
    private @Nullable Long diskTotal;
    private @Nullable Long seq;
    private @Nullable Long timeMillis;
    private boolean explain;

    Question question() {
      requireVersion(version);
      return new Question(
          node, layer, requireName(lfn), sizeBytes, diskFree, diskTotal, seq, timeMillis, explain);
    }
  }

  /** Whether the member that tells the version has been told; refuses another than 1. */
  static boolean version(StrictReader object) throws IOException {
    requireVersion(object.isWhole() && Long.valueOf(1).equals(object.number("v")));
    return true;
  }

  /** Refuses a question that has not told its version, which must be 1. */
  static void requireVersion(boolean told) {
    if (!told) {
      throw RefusedException.malformed(WANTED_VERSION);
    }
  }

  /** Refuses what is not version 1. */
  static void requireVersion(JsonNode root) {
    if (!root.path("v").isIntegralNumber() || root.path("v").asLong() != 1) {
      throw RefusedException.malformed(WANTED_VERSION);
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

  /** A member that tells an instant in milliseconds since 1970; null when it is null. */
  static @Nullable Long time(StrictReader object, String member) throws IOException {
    return requireTime(object.number(member), member);
  }

  /** A member that tells an instant in milliseconds since 1970; null when it is absent. */
  static @Nullable Long time(JsonNode root, String member) {
    return requireTime(StrictJson.number(root, member), member);
  }

  private static @Nullable Long requireTime(@Nullable Long time, String member) {
    if (time != null && time > MAX_TIME_MILLIS) {
      throw RefusedException.malformed("'" + member + "' is after year 9999: " + time);
    }
    return time;
  }
}
