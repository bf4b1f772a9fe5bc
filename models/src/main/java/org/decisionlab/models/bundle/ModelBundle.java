// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.bundle;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.decisionlab.core.file.DurableFiles;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.onnx.OnnxWriter;
import org.decisionlab.models.tensorflow.GraphDefWriter;
import org.decisionlab.models.tensorflow.SavedModelReader;
import org.decisionlab.models.tensorflow.SavedModelWriter;

/**
 * A model as it travels, as a directory or {@code .tar.gz} named like the model: the same graph as
 * {@value #SAVED_MODEL} (with the empty folders {@code assets} and {@code variables}), {@value
 * #FROZEN} and {@value #ONNX}, with {@value #LABELS}, {@value #PARAMS} for TFaaS and {@value
 * #CARD}. Immutable. The same graph, card and labels make the same bytes.
 */
public final class ModelBundle {

  /** TensorFlow's SavedModel. */
  public static final String SAVED_MODEL = "saved_model.pb";

  /** TensorFlow's frozen graph. */
  public static final String FROZEN = "model.pb";

  /** The ONNX model. */
  public static final String ONNX = "model.onnx";

  /** Names of the outputs, one a line. */
  public static final String LABELS = "labels.txt";

  /** TFaaS's description of the model. */
  public static final String PARAMS = "params.json";

  /** The model card. */
  public static final String CARD = "model-card.json";

  private static final List<String> FILES =
      List.of(SAVED_MODEL, FROZEN, ONNX, LABELS, PARAMS, CARD);
  private static final List<String> FOLDERS = List.of("assets/", "variables/");
  private static final long MAX_FILE = 256L << 20;

  private final ModelGraph graph;
  private final ModelCard card;
  private final List<String> labels;
  private final SortedMap<String, byte[]> files;

  private ModelBundle(
      ModelGraph graph, ModelCard card, List<String> labels, SortedMap<String, byte[]> files) {
    this.graph = graph;
    this.card = card;
    this.labels = List.copyOf(labels);
    this.files = Collections.unmodifiableSortedMap(files);
  }

  /**
   * Writes all forms of a graph.
   *
   * @param graph the model
   * @param card its card
   * @param labels names of its outputs, in order, each one line of text
   * @throws IllegalArgumentException when card, labels and graph do not belong together, or the
   *     graph does not give the answers of the golden rows
   */
  public static ModelBundle of(ModelGraph graph, ModelCard card, List<String> labels) {
    Evaluator evaluator = requireTogether(graph, card, labels);
    GoldenReport report = GoldenReport.of(card, evaluator::evaluate);
    if (!report.passed()) {
      throw new IllegalArgumentException("the graph misses a golden row: " + report);
    }
    SortedMap<String, byte[]> files = new TreeMap<>();
    FOLDERS.forEach(folder -> files.put(folder, new byte[0]));
    files.put(SAVED_MODEL, SavedModelWriter.write(graph));
    files.put(FROZEN, GraphDefWriter.write(graph));
    files.put(ONNX, OnnxWriter.write(graph));
    files.put(LABELS, utf8(String.join("\n", labels) + "\n"));
    files.put(PARAMS, ParamsJson.of(card, graph, SAVED_MODEL));
    files.put(CARD, utf8(card.toJson()));
    return new ModelBundle(graph, card, labels, files);
  }

  /**
   * Reads a bundle; its graph is that of {@value #SAVED_MODEL}, the one that servers answer from.
   * The golden rows are not verified here: see {@link #verifyGoldenRows}.
   *
   * @param path directory, or archive of at most the default limits
   * @throws ModelFormatException when a file is missing, damaged or too large, or the files do not
   *     belong together
   */
  public static ModelBundle read(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      return readFolder(path);
    }
    Path staging = Files.createTempDirectory("decisionlab-bundle-");
    try (InputStream in = Files.newInputStream(path)) {
      return readFolder(BundleArchive.unpack(in, staging, ArchiveLimits.DEFAULT));
    } finally {
      DurableFiles.deleteTree(staging);
    }
  }

  /** Name of the model, and of the directory. */
  public String name() {
    return card.name();
  }

  /** The model. */
  public ModelGraph graph() {
    return graph;
  }

  /** What the model says of itself. */
  public ModelCard card() {
    return card;
  }

  /** Names of the outputs, in order. */
  public List<String> labels() {
    return labels;
  }

  /**
   * The bytes of one of the files.
   *
   * @throws IllegalArgumentException when the bundle has no file of this name
   */
  public byte[] file(String name) {
    byte[] content = files.get(name);
    if (content == null) {
      throw new IllegalArgumentException("no file " + name + " among " + files.keySet());
    }
    return content.clone();
  }

  /** TFaaS's parameters for an upload by form, with the frozen graph as the model. */
  public byte[] formParams() {
    return ParamsJson.withModel(file(PARAMS), FROZEN);
  }

  /** Asks an evaluator the golden rows of the card and compares the answers. */
  public GoldenReport verifyGoldenRows(Evaluator evaluator) {
    return GoldenReport.of(card, evaluator::evaluate);
  }

  /**
   * Writes the directory, which appears at once and complete.
   *
   * @param parent directory in which one named like the model is made
   * @return the directory
   * @throws java.nio.file.FileAlreadyExistsException when there is one already
   */
  public Path writeFolder(Path parent) throws IOException {
    Path folder = parent.resolve(name());
    DurableFiles.writeFolder(folder, files);
    return folder;
  }

  /**
   * Writes the {@code .tar.gz}, or replaces it at once.
   *
   * @param file name of the archive
   */
  public void writeArchive(Path file) throws IOException {
    DurableFiles.write(file, toArchive());
  }

  /** The bytes of the {@code .tar.gz}. */
  public byte[] toArchive() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BundleArchive.pack(name(), files, out);
    return out.toByteArray();
  }

  @Override
  public String toString() {
    return "ModelBundle[" + name() + ", " + graph + "]";
  }

  private static ModelBundle readFolder(Path folder) throws IOException {
    SortedMap<String, byte[]> files = new TreeMap<>();
    FOLDERS.forEach(name -> files.put(name, new byte[0]));
    for (String name : FILES) {
      files.put(name, readFile(folder, name));
    }
    ModelGraph graph = SavedModelReader.read(content(files, SAVED_MODEL));
    ModelCard card = ModelCard.fromJson(text(files, CARD));
    List<String> labels = text(files, LABELS).lines().toList();
    try {
      requireTogether(graph, card, labels);
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException("bundle " + folder + ": " + e.getMessage(), e);
    }
    return new ModelBundle(graph, card, labels, files);
  }

  private static byte[] readFile(Path folder, String name) throws IOException {
    Path file = folder.resolve(name);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new ModelFormatException("bundle " + folder + " has no file " + name);
    }
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      byte[] content = in.readNBytes((int) MAX_FILE + 1);
      if (content.length > MAX_FILE) {
        throw new ModelFormatException(file + " is larger than " + MAX_FILE + " bytes");
      }
      return content;
    }
  }

  private static Evaluator requireTogether(ModelGraph graph, ModelCard card, List<String> labels) {
    if (graph.features() != card.features().size()) {
      throw new IllegalArgumentException(
          "the graph takes "
              + graph.features()
              + " features; the card names "
              + card.features().size());
    }
    if (graph.outputs() != labels.size()) {
      throw new IllegalArgumentException(
          "the graph gives "
              + graph.outputs()
              + " outputs; there are "
              + labels.size()
              + " labels");
    }
    for (String label : labels) {
      requireLabel(label);
    }
    Evaluator evaluator = Evaluator.of(graph);
    for (String name : card.mayBeMissing()) {
      if (!evaluator.mayBeMissing(card.features().names().indexOf(name))) {
        throw new IllegalArgumentException(
            "the card says that %s may be missing; the graph puts nothing in its place"
                .formatted(name));
      }
    }
    return evaluator;
  }

  /**
   * Refuses the name of an output that is no line of {@value #LABELS}.
   *
   * @throws IllegalArgumentException when it is blank or has a control character
   */
  public static void requireLabel(String label) {
    if (label.isBlank() || label.codePoints().anyMatch(ModelBundle::breaksLines)) {
      throw new IllegalArgumentException(
          "label '%s' must be one line of text without control characters".formatted(label));
    }
  }

  private static boolean breaksLines(int character) {
    int type = Character.getType(character);
    return Character.isISOControl(character)
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR;
  }

  private static String text(SortedMap<String, byte[]> files, String name) {
    return new String(content(files, name), StandardCharsets.UTF_8);
  }

  private static byte[] content(SortedMap<String, byte[]> files, String name) {
    return files.getOrDefault(name, new byte[0]);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
