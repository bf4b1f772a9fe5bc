// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.decide;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.wire.StrictJson;
import org.jspecify.annotations.Nullable;

/**
 * A question about many files of one cache, version 1.
 *
 * @param node name of the asking cache server; empty when not told
 * @param layer layer of caches it belongs to; empty when not told
 * @param files the files, in the order of the answers
 * @param timeMillis instant of the question, for replays; null for now
 * @param explain whether answers should tell score, threshold and features
 * @param needBytes bytes that are to be freed; null when only the order is wanted
 */
public record FilesQuestion(
    String node,
    String layer,
    List<FileAsked> files,
    @Nullable Long timeMillis,
    boolean explain,
    @Nullable Long needBytes) {

  /** Files in one question at most. */
  public static final int MAX_FILES = 20_000;

  /**
   * One file.
   *
   * @param lfn logical file name
   * @param sizeBytes its size where the asker knows it
   * @param openedMillis when it was opened last, as far as the asker knows
   */
  public record FileAsked(String lfn, @Nullable Long sizeBytes, @Nullable Long openedMillis) {}

  /**
   * Reads a question; members that are not known are ignored.
   *
   * @throws RefusedException when it is not one, saying which member is wrong
   */
  public static FilesQuestion parse(byte[] json) {
    JsonNode root = StrictJson.object(json, "the question");
    Question.requireVersion(root);
    JsonNode list = StrictJson.list(root, "files", MAX_FILES);
    List<FileAsked> files = new ArrayList<>(list.size());
    for (int i = 0; i < list.size(); i++) {
      files.add(file(list.get(i), i));
    }
    return new FilesQuestion(
        StrictJson.text(root, "node", Question.MAX_NAME),
        StrictJson.text(root, "layer", Question.MAX_NAME),
        files,
        Question.time(root, "time_ms"),
        StrictJson.flag(root, "explain", false),
        StrictJson.number(root, "need_bytes"));
  }

  private static FileAsked file(JsonNode file, int index) {
    try {
      if (file.isTextual()) {
        return new FileAsked(Question.requireName(file.asText()), null, null);
      }
      if (!file.isObject()) {
        throw RefusedException.malformed("it must be a name or an object with 'lfn'");
      }
      return new FileAsked(
          Question.lfn(file), StrictJson.number(file, "size"), Question.time(file, "opened_ms"));
    } catch (RefusedException e) {
      throw RefusedException.malformed("files[" + index + "]: " + e.told());
    }
  }
}
