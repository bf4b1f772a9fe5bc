// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.store.ModelName;
import org.decisionlab.sidecar.wire.TfaasParams;
import org.jspecify.annotations.Nullable;

/**
 * A model uploaded as TFaaS's form: field {@code name}, files {@code params}, {@code model} and
 * {@code labels}. Other files, such as {@code op}, are not used.
 *
 * @param name the field {@code name}, null when absent
 * @param files the files by the names of their parts
 * @param base64 whether the file {@code model} is base64 text
 */
public record FormUpload(@Nullable String name, Map<String, Part> files, boolean base64) {

  private static final long MAX_PARAMS_BYTES = 1 << 20;

  /**
   * One file of a form.
   *
   * @param fileName name as the client wrote it, perhaps with directories
   * @param file where its bytes are
   */
  public record Part(String fileName, Path file) {

    private String baseName() {
      return fileName.substring(
          Math.max(fileName.lastIndexOf('/'), fileName.lastIndexOf('\\')) + 1);
    }
  }

  /**
   * Lays the files out as a bundle in a directory.
   *
   * @return name of the model
   * @throws RefusedException when a part is missing or they contradict each other
   */
  ModelName layOut(Path directory) throws IOException {
    if (name == null || name.isEmpty()) {
      throw missing("name");
    }
    ModelName model = Bundles.nameOf(name);
    Part paramsPart = part("params");
    if (Files.size(paramsPart.file()) > MAX_PARAMS_BYTES) {
      throw RefusedException.malformed("params is larger than " + MAX_PARAMS_BYTES + " bytes");
    }
    byte[] bytes = Files.readAllBytes(paramsPart.file());
    TfaasParams params = TfaasParams.parse(bytes);
    if (!params.name().equals(name)) {
      throw RefusedException.malformed(
          "the form names the model '" + name + "', params.json names it '" + params.name() + "'");
    }
    Part graph = part("model");
    String graphName = fileName(params.model().isEmpty() ? graph.baseName() : params.model());
    Files.write(directory.resolve(Bundles.PARAMS), bytes);
    copyGraph(graph.file(), directory.resolve(graphName));
    if (!params.labels().isEmpty()) {
      Path target = directory.resolve(fileName(params.labels()));
      if (Files.exists(target)) {
        throw RefusedException.malformed(
            "params.json gives '" + params.labels() + "' to labels and to another file");
      }
      Files.copy(part("labels").file(), target);
    }
    return model;
  }

  private void copyGraph(Path from, Path to) throws IOException {
    try (InputStream raw = Files.newInputStream(from);
        InputStream bytes = base64 ? Base64.getDecoder().wrap(new WithoutBlanks(raw)) : raw) {
      if (base64) {
        copyBase64(bytes, to);
      } else {
        Files.copy(bytes, to);
      }
    }
  }

  private static void copyBase64(InputStream decoded, Path to) throws IOException {
    try {
      Files.copy(decoded, to);
    } catch (IOException e) {
      throw RefusedException.malformed(
          "Content-Encoding says that the model is base64 text, but it is not: " + e.getMessage());
    }
  }

  private Part part(String part) {
    Part found = files.get(part);
    if (found == null) {
      throw missing(part);
    }
    return found;
  }

  private static RefusedException missing(String part) {
    return RefusedException.malformed(
        "request does not provide "
            + part
            + "; a form upload has the field 'name' and the files 'params', 'model' and 'labels'");
  }

  private static String fileName(String text) {
    if (!ModelName.isValid(text) || text.equals(Bundles.PARAMS)) {
      throw RefusedException.malformed(
          "'"
              + text
              + "' cannot be the name of a file of a model: it must be a plain file name of"
              + " letters, digits, '_', '-' and '.'");
    }
    return text;
  }

  /** Base64 text may be broken into lines. */
  private static final class WithoutBlanks extends FilterInputStream {

    WithoutBlanks(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int next = super.read();
      while (isBlank(next)) {
        next = super.read();
      }
      return next;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int kept = 0;
      while (kept == 0 && length > 0) {
        int count = super.read(buffer, offset, length);
        if (count < 0) {
          return count;
        }
        for (int i = offset; i < offset + count; i++) {
          if (!isBlank(buffer[i])) {
            buffer[offset + kept++] = buffer[i];
          }
        }
      }
      return kept;
    }

    private static boolean isBlank(int character) {
      return character == '\n' || character == '\r' || character == ' ' || character == '\t';
    }
  }
}
