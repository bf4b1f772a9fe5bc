// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.decisionlab.models.bundle.ArchiveLimits;
import org.decisionlab.models.bundle.FeatureFile;
import org.decisionlab.models.bundle.ModelBundle;
import org.decisionlab.models.bundle.ModelCard;
import org.decisionlab.models.engine.ModelFile;
import org.decisionlab.models.engine.ModelFormat;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.store.ModelName;
import org.decisionlab.sidecar.wire.TfaasParams;
import org.jspecify.annotations.Nullable;

/**
 * The files of a model as they lie in a folder, not yet loaded.
 *
 * @param name name it is to have
 * @param params TFaaS's parameters
 * @param card its card, null when it has none
 * @param features its features file, null when it has none
 * @param forms the forms in which its graph is there, the one that parameters name first
 */
record ModelFolder(
    ModelName name,
    TfaasParams params,
    @Nullable ModelCard card,
    @Nullable FeatureFile features,
    List<ModelFile> forms) {

  private static final String ONNX_SUFFIX = ".onnx";
  private static final long MAX_TEXT_BYTES = 16 << 20;
  private static final long MAX_PARAMS_BYTES = 1 << 20;

  /**
   * Looks at a folder.
   *
   * @throws RefusedException when the files contradict each other
   */
  static ModelFolder of(ModelName name, Path folder) throws IOException {
    TfaasParams params = params(name, folder);
    ModelCard card = null;
    byte[] cardBytes = read(folder, ModelBundle.CARD, MAX_TEXT_BYTES);
    if (cardBytes != null) {
      card = ModelCard.fromJson(new String(cardBytes, java.nio.charset.StandardCharsets.UTF_8));
      if (!card.name().equals(name.value())) {
        throw RefusedException.malformed(
            "the folder names the model '" + name + "', its card names it '" + card.name() + "'");
      }
    }
    byte[] features = read(folder, FeatureFile.NAME, MAX_TEXT_BYTES);
    return new ModelFolder(
        name,
        params,
        card,
        features == null ? null : FeatureFile.parse(features),
        forms(params, folder));
  }

  private static List<ModelFile> forms(TfaasParams params, Path folder) throws IOException {
    List<ModelFile> forms = new ArrayList<>();
    String told = params.model().isEmpty() ? ModelBundle.SAVED_MODEL : params.model();
    if (!ModelName.isValid(told)) {
      throw RefusedException.malformed(
          "params.json: 'model' must be a plain file name, found '" + told + "'");
    }
    ModelFile first = form(params, folder, told);
    if (first != null) {
      forms.add(first);
    } else if (!params.model().isEmpty()) {
      throw RefusedException.malformed("the model has no file '" + told + "'");
    }
    for (String usual : List.of(ModelBundle.SAVED_MODEL, ModelBundle.ONNX)) {
      ModelFile form = usual.equals(told) ? null : form(params, folder, usual);
      if (form != null) {
        forms.add(form);
      }
    }
    if (forms.isEmpty()) {
      throw RefusedException.malformed(
          "the model has no file '" + told + "' and no '" + ModelBundle.ONNX + "'");
    }
    return forms;
  }

  private static @Nullable ModelFile form(TfaasParams params, Path folder, String fileName)
      throws IOException {
    Path file = folder.resolve(fileName);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return null;
    }
    requireSize(file, fileName, ArchiveLimits.DEFAULT.maxBytes());
    if (fileName.equals(ModelBundle.SAVED_MODEL)) {
      return ModelFile.of(ModelFormat.SAVED_MODEL, file);
    }
    if (fileName.endsWith(ONNX_SUFFIX)) {
      return ModelFile.of(ModelFormat.ONNX, file);
    }
    String input = params.inputNode();
    String output = params.outputNode();
    if (input == null || output == null) {
      throw RefusedException.malformed(
          "params.json of a frozen graph must name 'input_node' and 'output_node'");
    }
    return new ModelFile(ModelFormat.FROZEN_GRAPH, file, input, output);
  }

  private static TfaasParams params(ModelName name, Path folder) throws IOException {
    byte[] bytes = read(folder, ModelBundle.PARAMS, MAX_PARAMS_BYTES);
    if (bytes == null) {
      return TfaasParams.of(name.value(), "");
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

  /** The bytes of a file, or null when there is none. */
  private static byte @Nullable [] read(Path folder, String name, long maxBytes)
      throws IOException {
    Path file = folder.resolve(name);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return null;
    }
    requireSize(file, name, maxBytes);
    return Files.readAllBytes(file);
  }

  private static void requireSize(Path file, String name, long maxBytes) throws IOException {
    if (Files.size(file) > maxBytes) {
      throw RefusedException.malformed("'" + name + "' is larger than " + maxBytes + " bytes");
    }
  }
}
