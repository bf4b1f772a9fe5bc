// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.tool;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.decisionlab.core.file.DurableFiles;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.bundle.ArchiveLimits;
import org.decisionlab.models.bundle.BundleArchive;
import org.decisionlab.models.bundle.FeatureFile;
import org.decisionlab.models.bundle.ModelBundle;
import org.decisionlab.models.engine.Engines;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.onnx.OnnxGuard;
import org.decisionlab.models.onnx.OnnxMaps;
import org.decisionlab.models.onnx.OnnxTreeReader;
import org.decisionlab.models.onnx.OnnxWriter;
import org.decisionlab.models.tensorflow.GraphDefWriter;
import org.decisionlab.models.tensorflow.SavedModelWriter;
import org.decisionlab.sidecar.serve.Inspection;
import org.decisionlab.sidecar.store.ModelName;
import org.jspecify.annotations.Nullable;

/**
 * A model made elsewhere, on its way into a bundle.
 *
 * @param name name that it is to have
 * @param files its files by their names in the bundle
 * @param features names of its inputs
 */
record ForeignModel(ModelName name, SortedMap<String, byte[]> files, FeatureFile features) {

  private static final System.Logger LOG = System.getLogger(ForeignModel.class.getName());
  private static final String ONNX = ".onnx";

  /** Reads the files of a model and the names of its inputs. */
  static ForeignModel of(
      Path path,
      String name,
      Path features,
      @Nullable String inputNode,
      @Nullable String outputNode)
      throws IOException {
    SortedMap<String, byte[]> files = new TreeMap<>();
    ObjectNode params = JsonNodeFactory.instance.objectNode().put("name", name);
    if (Files.isDirectory(path)) {
      addSavedModel(path, files);
      params.put("model", ModelBundle.SAVED_MODEL);
    } else if (ForeignTrees.isTrees(path)) {
      addGraph(ForeignTrees.graph(read(path), FeatureFile.parse(read(features))), files, params);
    } else if (path.toString().endsWith(ONNX)) {
      addOnnx(read(path), FeatureFile.parse(read(features)).names().size(), files, params);
    } else {
      files.put(ModelBundle.FROZEN, read(path));
      params.put("model", ModelBundle.FROZEN);
      if (inputNode == null || outputNode == null) {
        throw new ModelFormatException(
            path + " is taken for a frozen graph, which needs --input-node and --output-node");
      }
    }
    if (inputNode != null && outputNode != null) {
      params.put("input_node", inputNode).put("output_node", outputNode);
    }
    files.put(ModelBundle.PARAMS, (params + "\n").getBytes(StandardCharsets.UTF_8));
    return new ForeignModel(new ModelName(name), files, FeatureFile.parse(read(features)));
  }

  private static void addGraph(
      ModelGraph graph, SortedMap<String, byte[]> files, ObjectNode params) {
    addForms(graph, files);
    params.put("model", ModelBundle.SAVED_MODEL);
    params.put("input_node", graph.input().name()).put("output_node", graph.output().name());
  }

  /** Trees get all forms; what is no trees, or trees of another kind, stays what it is. */
  private static void addOnnx(
      byte[] file, int features, SortedMap<String, byte[]> files, ObjectNode params)
      throws ModelFormatException {
    OnnxGuard.check(file);
    OnnxMaps.Plain plain = OnnxMaps.without(file);
    List<String> labels = plain.labels();
    OnnxTreeReader.Read trees = trees(file, features);
    if (trees == null) {
      files.put(ModelBundle.ONNX, plain.file());
      params.put("model", ModelBundle.ONNX);
    } else {
      addGraph(trees.graph(), files, params);
      labels = trees.labels();
    }
    labels.forEach(ModelBundle::requireLabel);
    if (!labels.isEmpty()) {
      String lines = String.join("\n", labels) + "\n";
      files.put(ModelBundle.LABELS, lines.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static OnnxTreeReader.@Nullable Read trees(byte[] file, int features) {
    try {
      return OnnxTreeReader.read(file, features);
    } catch (ModelFormatException e) {
      LOG.log(Level.INFO, "left to onnxruntime: {0}", e.getMessage());
      return null;
    }
  }

  private static void addForms(ModelGraph graph, SortedMap<String, byte[]> files) {
    files.put("assets/", new byte[0]);
    files.put("variables/", new byte[0]);
    files.put(ModelBundle.SAVED_MODEL, SavedModelWriter.write(graph));
    files.put(ModelBundle.FROZEN, GraphDefWriter.write(graph));
    files.put(ModelBundle.ONNX, OnnxWriter.write(graph));
  }

  private static void addSavedModel(Path folder, SortedMap<String, byte[]> files)
      throws IOException {
    files.put("assets/", new byte[0]);
    files.put(ModelBundle.SAVED_MODEL, read(folder.resolve(ModelBundle.SAVED_MODEL)));
    Path variables = folder.resolve("variables");
    files.put("variables/", new byte[0]);
    if (Files.isDirectory(variables)) {
      for (Path file : DurableFiles.tree(variables)) {
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          files.put("variables/" + file.getFileName(), read(file));
        }
      }
    }
  }

  private static byte[] read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new ModelFormatException("there is no file " + file);
    }
    if (Files.size(file) > ArchiveLimits.DEFAULT.maxBytes()) {
      throw new ModelFormatException(
          file + " is larger than " + ArchiveLimits.DEFAULT.maxBytes() + " bytes");
    }
    return Files.readAllBytes(file);
  }

  /** Asks the model golden rows, writes the bundle with them, and verifies what was written. */
  Inspection writeTo(Path out, Engines engines) throws IOException {
    files.put(FeatureFile.NAME, json(features));
    Path staging = Files.createTempDirectory("decisionlab-import-");
    try {
      Path first = Files.write(staging.resolve("first.tar.gz"), packed());
      FeatureFile golden = Inspection.of(first, engines).withGoldenRows(features);
      files.put(FeatureFile.NAME, json(golden));
      Path second = Files.write(staging.resolve("second.tar.gz"), packed());
      Inspection inspection = Inspection.of(second, engines);
      DurableFiles.write(out.toAbsolutePath(), Files.readAllBytes(second));
      return inspection;
    } finally {
      DurableFiles.deleteTree(staging);
    }
  }

  private byte[] packed() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BundleArchive.pack(name.value(), files, bytes);
    return bytes.toByteArray();
  }

  private static byte[] json(FeatureFile features) {
    return features.toJson().getBytes(StandardCharsets.UTF_8);
  }
}
