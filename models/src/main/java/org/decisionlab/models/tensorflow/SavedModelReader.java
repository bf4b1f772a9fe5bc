// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.tensorflow;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.proto.WireReader;
import org.jspecify.annotations.Nullable;

/**
 * Reads TensorFlow's {@code saved_model.pb} as a {@link ModelGraph}. Weights must be constants of
 * the graph; a model that keeps them in its {@code variables} folder, or calls functions, is
 * refused with the operation that shows it.
 */
public final class SavedModelReader {

  private SavedModelReader() {}

  /**
   * Reads the graph tagged {@code serve}, from the input to the output of its signature {@code
   * serving_default}; without a signature, between the nodes that TFaaS expects.
   *
   * @param savedModel bytes of {@code saved_model.pb}
   * @throws ModelFormatException when the bytes are damaged, there is no such graph, the signature
   *     has several inputs or outputs, or the graph has something that is not supported
   */
  public static ModelGraph read(byte[] savedModel) throws ModelFormatException {
    MetaGraph graph = metaGraph(savedModel);
    Signature signature = graph.signature();
    return signature == null
        ? graph.read(ServingNames.INPUT, ServingNames.OUTPUT)
        : graph.read(single(signature.inputs(), "inputs"), single(signature.outputs(), "outputs"));
  }

  /**
   * Reads the graph tagged {@code serve} between two nodes.
   *
   * @param savedModel bytes of {@code saved_model.pb}
   * @param input name of the placeholder that takes the rows
   * @param output name of the node that gives the answer
   * @throws ModelFormatException as {@link #read(byte[])}
   */
  public static ModelGraph read(byte[] savedModel, String input, String output)
      throws ModelFormatException {
    return metaGraph(savedModel).read(input, output);
  }

  private static MetaGraph metaGraph(byte[] savedModel) throws ModelFormatException {
    WireReader reader = WireReader.of(savedModel, "SavedModel").once(2);
    List<List<String>> tags = new ArrayList<>();
    @Nullable MetaGraph found = null;
    while (reader.next()) {
      if (reader.field() == 2) {
        MetaGraph graph = MetaGraph.of(reader.message("meta_graphs"));
        tags.add(graph.tags());
        if (graph.isTagged(ServingNames.TAG)) {
          if (found != null) {
            throw new ModelFormatException("two graphs are tagged " + ServingNames.TAG);
          }
          found = graph;
        }
      }
    }
    if (found != null) {
      return found;
    }
    throw new ModelFormatException(
        "no graph is tagged " + ServingNames.TAG + "; graphs with tags " + tags + " were found");
  }

  private static String single(List<String> tensors, String role) throws ModelFormatException {
    if (tensors.size() != 1) {
      throw new ModelFormatException(
          "signature "
              + ServingNames.SIGNATURE
              + " must have one of "
              + role
              + ", found "
              + tensors);
    }
    String tensor = tensors.get(0);
    if (!tensor.endsWith(":0")) {
      throw new ModelFormatException(
          "signature "
              + ServingNames.SIGNATURE
              + ": only output 0 of a node is supported, found "
              + tensor);
    }
    return tensor.substring(0, tensor.length() - 2);
  }

  /** Tensor names of a signature. */
  private record Signature(List<String> inputs, List<String> outputs) {
    static Signature of(WireReader reader) throws ModelFormatException {
      Signature signature = new Signature(new ArrayList<>(), new ArrayList<>());
      reader.once(1, 2, 4);
      while (reader.next()) {
        switch (reader.field()) {
          case 1 -> signature.inputs.add(tensorName(reader.message("inputs")));
          case 2 -> signature.outputs.add(tensorName(reader.message("outputs")));
          default -> {}
        }
      }
      return signature;
    }

    private static String tensorName(WireReader entry) throws ModelFormatException {
      String name = "";
      entry.once();
      while (entry.next()) {
        if (entry.field() == 2) {
          WireReader info = entry.message("value").once();
          while (info.next()) {
            if (info.field() == 1) {
              name = info.text();
            }
          }
        }
      }
      return name;
    }
  }

  /** One graph of the file, with what is said of it. */
  private record MetaGraph(List<String> tags, WireReader graphDef, @Nullable Signature signature) {

    static MetaGraph of(WireReader reader) throws ModelFormatException {
      List<String> tags = List.of();
      WireReader graphDef = WireReader.of(new byte[0], "SavedModel");
      Signature signature = null;
      reader.once(4, 5, 6);
      while (reader.next()) {
        switch (reader.field()) {
          case 1 -> tags = readTags(reader.message("meta_info_def"));
          case 2 -> graphDef = reader.message("graph_def");
          case 5 -> {
            Signature found = readSignature(reader.message("signature_def"));
            signature = found == null ? signature : found;
          }
          default -> {}
        }
      }
      return new MetaGraph(tags, graphDef, signature);
    }

    /** Whether this is the only tag, as TensorFlow wants it. */
    boolean isTagged(String tag) {
      return Set.copyOf(tags).equals(Set.of(tag));
    }

    ModelGraph read(String input, String output) throws ModelFormatException {
      return GraphDefReader.read(graphDef, input, output);
    }

    private static List<String> readTags(WireReader info) throws ModelFormatException {
      List<String> tags = new ArrayList<>();
      info.once(4, 8);
      while (info.next()) {
        if (info.field() == 4) {
          tags.add(info.text());
        }
      }
      return tags;
    }

    /** The entry's signature where its key is the one for serving. */
    private static @Nullable Signature readSignature(WireReader entry) throws ModelFormatException {
      String key = "";
      Signature signature = null;
      entry.once();
      while (entry.next()) {
        switch (entry.field()) {
          case 1 -> key = entry.text();
          case 2 -> signature = Signature.of(entry.message("value"));
          default -> {}
        }
      }
      return key.equals(ServingNames.SIGNATURE) ? signature : null;
    }
  }
}
