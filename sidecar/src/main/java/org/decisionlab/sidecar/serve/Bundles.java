// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.bundle.ArchiveLimits;
import org.decisionlab.models.bundle.BundleArchive;
import org.decisionlab.models.bundle.GoldenReport;
import org.decisionlab.models.bundle.ModelBundle;
import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.models.graph.InvalidGraphException;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.tensorflow.GraphDefReader;
import org.decisionlab.models.tensorflow.SavedModelReader;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.fault.RefusedException.Reason;
import org.decisionlab.sidecar.store.ModelName;
import org.decisionlab.sidecar.wire.TfaasParams;
import org.jspecify.annotations.Nullable;

/** Reads the files of a model, whether TFaaS's own or a bundle with a card, and verifies them. */
final class Bundles {

  static final String PARAMS = ModelBundle.PARAMS;
  private static final String SAVED_MODEL = ModelBundle.SAVED_MODEL;
  private static final long MAX_PARAMS_BYTES = 1 << 20;
  private static final int GZIP_MAGIC_1 = 0x1f;
  private static final int GZIP_MAGIC_2 = 0x8b;

  private Bundles() {}

  /** The name of a model as a client wrote it. */
  static ModelName nameOf(String text) {
    try {
      return new ModelName(text);
    } catch (IllegalArgumentException e) {
      throw RefusedException.malformed(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Unpacks an archive, whose top folder names the model.
   *
   * @param gzip whether the client says that it is compressed; otherwise that is found out
   * @param into empty directory
   */
  static StagedBundle unpack(Path archive, boolean gzip, Path into) throws IOException {
    if (gzip && !isGzip(archive)) {
      throw RefusedException.malformed("Content-Encoding says gzip, but the body is not gzip");
    }
    try (InputStream in = Files.newInputStream(archive)) {
      Path top = BundleArchive.unpack(in, into, ArchiveLimits.DEFAULT);
      return new StagedBundle(nameOf(String.valueOf(top.getFileName())), top);
    } catch (ModelFormatException e) {
      throw RefusedException.malformed("the bundle is refused: " + e.getMessage());
    }
  }

  /**
   * Loads and verifies a model.
   *
   * @param name name it is to have
   * @param files directory with its files
   * @throws RefusedException when it cannot be served
   */
  static LoadedBundle load(ModelName name, Path files) throws IOException {
    try {
      TfaasParams params = params(name, files);
      if (Files.exists(files.resolve(ModelBundle.CARD), LinkOption.NOFOLLOW_LINKS)) {
        return withCard(name, params, ModelBundle.read(files));
      }
      return new LoadedBundle(params, Evaluator.of(graph(params, files)), null);
    } catch (ModelFormatException | InvalidGraphException e) {
      throw RefusedException.malformed("model '" + name + "' cannot be read: " + e.getMessage());
    }
  }

  private static LoadedBundle withCard(ModelName name, TfaasParams params, ModelBundle bundle) {
    if (!bundle.name().equals(name.value())) {
      throw RefusedException.malformed(
          "the folder names the model '" + name + "', its card names it '" + bundle.name() + "'");
    }
    Evaluator evaluator = Evaluator.of(bundle.graph());
    GoldenReport report = bundle.verifyGoldenRows(evaluator);
    if (!report.passed()) {
      throw new RefusedException(
          Reason.UNSOUND,
          "model '"
              + name
              + "' does not give the answers of its card: the worst of "
              + report.rows()
              + " golden rows, row "
              + report.worstRow()
              + ", differs by "
              + report.largestDifference()
              + ", tolerance "
              + report.tolerance()
              + ": "
              + report.worst());
    }
    return new LoadedBundle(params, evaluator, bundle.card());
  }

  private static TfaasParams params(ModelName name, Path files) throws IOException {
    byte[] bytes = read(files, PARAMS, MAX_PARAMS_BYTES);
    if (bytes == null) {
      return TfaasParams.of(name.value(), SAVED_MODEL);
    }
    TfaasParams params = TfaasParams.parse(bytes);
    if (!params.name().equals(name.value())) {
      throw RefusedException.malformed(
          "the folder names the model '"
              + name
              + "', params.json names it '"
              + params.name()
              + "'");
    }
    return params;
  }

  /** Names of a model's outputs, one a line of a file; empty when it has none that is text. */
  static List<String> labels(Path files, TfaasParams params) {
    String fileName = params.labels().isEmpty() ? ModelBundle.LABELS : params.labels();
    try {
      byte[] bytes = ModelName.isValid(fileName) ? read(files, fileName, MAX_PARAMS_BYTES) : null;
      return bytes == null ? List.of() : new String(bytes, StandardCharsets.UTF_8).lines().toList();
    } catch (IOException | RefusedException e) {
      // Labels only name what comes out; a model without them can be asked all the same.
      return List.of();
    }
  }

  /** The graph of a stored model, for those who want to look at it. */
  static ModelGraph graph(TfaasParams params, boolean withCard, Path files) throws IOException {
    try {
      return withCard ? ModelBundle.read(files).graph() : graph(params, files);
    } catch (ModelFormatException | InvalidGraphException e) {
      throw new RefusedException(Reason.DAMAGED, "the graph cannot be read: " + e.getMessage());
    }
  }

  private static ModelGraph graph(TfaasParams params, Path files) throws IOException {
    String fileName = params.model().isEmpty() ? SAVED_MODEL : params.model();
    if (!ModelName.isValid(fileName)) {
      throw RefusedException.malformed(
          "params.json: 'model' must be a plain file name, found '" + fileName + "'");
    }
    byte[] bytes = read(files, fileName, ArchiveLimits.DEFAULT.maxBytes());
    if (bytes == null) {
      throw RefusedException.malformed("the model has no file '" + fileName + "'");
    }
    if (fileName.equals(SAVED_MODEL)) {
      return SavedModelReader.read(bytes);
    }
    String input = params.inputNode();
    String output = params.outputNode();
    if (input == null || output == null) {
      throw RefusedException.malformed(
          "params.json of a frozen graph must name 'input_node' and 'output_node'");
    }
    return GraphDefReader.read(bytes, input, output);
  }

  /** The bytes of a file, or null when there is none. */
  private static byte @Nullable [] read(Path files, String name, long maxBytes) throws IOException {
    Path file = files.resolve(name);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return null;
    }
    if (Files.size(file) > maxBytes) {
      throw RefusedException.malformed("'" + name + "' is larger than " + maxBytes + " bytes");
    }
    return Files.readAllBytes(file);
  }

  private static boolean isGzip(Path archive) throws IOException {
    try (InputStream in = Files.newInputStream(archive)) {
      return in.read() == GZIP_MAGIC_1 && in.read() == GZIP_MAGIC_2;
    }
  }
}
