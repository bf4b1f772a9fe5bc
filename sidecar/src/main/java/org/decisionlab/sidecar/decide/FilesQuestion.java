// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.decide;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.wire.StrictReader;
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
    return StrictReader.object(json, "the question", FilesQuestion::read);
  }

  private static FilesQuestion read(StrictReader object) throws IOException {
    Members told = new Members();
    for (String name = object.member(); name != null; name = object.member()) {
      switch (name) {
        case "v" -> told.version = Question.version(object);
        case "node" -> told.node = object.text(name, Question.MAX_NAME);
        case "layer" -> told.layer = object.text(name, Question.MAX_NAME);
        case "files" -> told.files = files(object);
        case "time_ms" -> told.timeMillis = Question.time(object, name);
        case "explain" -> told.explain = object.flag(name);
        case "need_bytes" -> told.needBytes = object.number(name);
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
    private @Nullable List<FileAsked> files;
    private @Nullable Long timeMillis;
    private boolean explain;
    private @Nullable Long needBytes;

    FilesQuestion question() {
      Question.requireVersion(version);
      if (files == null) {
        throw RefusedException.malformed("'files' must be a list");
      }
      return new FilesQuestion(node, layer, files, timeMillis, explain, needBytes);
    }
  }

  private static List<FileAsked> files(StrictReader object) throws IOException {
    object.requireList("files");
    List<FileAsked> files = new ArrayList<>();
    while (object.entry()) {
      if (files.size() == MAX_FILES) {
        throw RefusedException.malformed("'files' has more than " + MAX_FILES + " entries");
      }
      try {
        files.add(file(object));
      } catch (RefusedException e) {
        throw RefusedException.malformed("files[" + files.size() + "]: " + e.told());
      }
    }
    return files;
  }

  private static FileAsked file(StrictReader object) throws IOException {
    if (object.isText()) {
      return new FileAsked(Question.requireName(object.text()), null, null);
    }
    if (!object.isObject()) {
      throw RefusedException.malformed("it must be a name or an object with 'lfn'");
    }
    String lfn = "";
    Long size = null;
    Long opened = null;
    for (String name = object.member(); name != null; name = object.member()) {
      switch (name) {
        case "lfn" -> lfn = object.text(name, Question.MAX_LFN);
        case "size" -> size = object.number(name);
        case "opened_ms" -> opened = Question.time(object, name);
        default -> object.skip();
      }
    }
    return new FileAsked(Question.requireName(lfn), size, opened);
  }
}
