// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.decide;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.wire.RowJson;
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

  private static final int MAX_NAME = 256;

  /** The last moment of year 9999, as far as instants are written with four digits. */
  private static final long MAX_TIME_MILLIS = 253_402_300_799_999L;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /**
   * Reads a question; members that are not known are ignored.
   *
   * @throws RefusedException when it is not one, saying which member is wrong
   */
  public static Question parse(byte[] json) {
    JsonNode root = tree(json);
    if (!root.path("v").isIntegralNumber() || root.path("v").asLong() != 1) {
      throw RefusedException.malformed("'v' must be 1, the version of the question");
    }
    String lfn = text(root, "lfn", MAX_LFN);
    if (lfn.isBlank()) {
      throw RefusedException.malformed("'lfn', the logical file name, is missing or blank");
    }
    Long time = number(root, "time_ms");
    if (time != null && time > MAX_TIME_MILLIS) {
      throw RefusedException.malformed("'time_ms' is after year 9999: " + time);
    }
    return new Question(
        text(root, "node", MAX_NAME),
        text(root, "layer", MAX_NAME),
        lfn,
        number(root, "size"),
        number(root, "disk_free"),
        number(root, "disk_total"),
        number(root, "seq"),
        time,
        flag(root, "explain"));
  }

  private static JsonNode tree(byte[] json) {
    try {
      JsonNode root = JSON.readTree(json);
      if (root == null || !root.isObject()) {
        throw RefusedException.malformed(
            "the question must be a JSON object {\"v\":1,\"lfn\":\"/store/...\",...}");
      }
      return root;
    } catch (JsonProcessingException e) {
      throw RefusedException.malformed("the question is not JSON: " + RowJson.where(e));
    } catch (IOException e) {
      throw new IllegalStateException("bytes in memory could not be read", e);
    }
  }

  private static String text(JsonNode root, String member, int longest) {
    JsonNode value = root.path(member);
    if (value.isMissingNode() || value.isNull()) {
      return "";
    }
    if (!value.isTextual()) {
      throw RefusedException.malformed("'" + member + "' must be text");
    }
    String text = value.asText();
    if (text.length() > longest) {
      throw RefusedException.malformed(
          "'" + member + "' has " + text.length() + " characters; at most " + longest);
    }
    return text;
  }

  private static @Nullable Long number(JsonNode root, String member) {
    JsonNode value = root.path(member);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < 0) {
      throw RefusedException.malformed("'" + member + "' must be a whole number, 0 or more");
    }
    return value.asLong();
  }

  private static boolean flag(JsonNode root, String member) {
    JsonNode value = root.path(member);
    if (!value.isMissingNode() && !value.isBoolean()) {
      throw RefusedException.malformed("'" + member + "' must be true or false");
    }
    return value.asBoolean();
  }
}
