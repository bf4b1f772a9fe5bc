// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.tensorflow;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.proto.WireReader;

/**
 * Looks through a TensorFlow graph of others before TensorFlow sees it, because such a graph is a
 * program. Every operation of the graph and of its function library must be on a list of harmless
 * ones; those that read and write checkpoints, which every SavedModel with variables has, may be
 * there but must not be reached by what is run: a question reaches none, loading only the reading
 * of the model's own variables.
 */
public final class TensorFlowGuard {

  private static final long MAX_SIGNATURE_BYTES = 16 << 20;

  private TensorFlowGuard() {}

  /**
   * Looks through a SavedModel.
   *
   * @param savedModel bytes of {@code saved_model.pb}
   * @throws ModelFormatException when it is damaged or has something that models must not have
   */
  public static void checkSavedModel(byte[] savedModel) throws ModelFormatException {
    WireReader reader = WireReader.of(savedModel, "SavedModel");
    boolean found = false;
    while (reader.next()) {
      if (reader.field() == 2) {
        checkMetaGraph(reader.message("meta_graphs"));
        found = true;
      }
    }
    if (!found) {
      throw new ModelFormatException("the SavedModel has no graph");
    }
  }

  /**
   * Looks through a frozen graph.
   *
   * @param graphDef bytes of the file
   * @throws ModelFormatException when it is damaged or has something that models must not have
   */
  public static void checkGraph(byte[] graphDef) throws ModelFormatException {
    GuardedGraph graph = GuardedGraph.read(WireReader.of(graphDef, "GraphDef"));
    graph.requireAllowed();
    graph.requireNoFiles(graph.names(), "a frozen graph");
  }

  private static void checkMetaGraph(WireReader reader) throws ModelFormatException {
    GuardedGraph graph = GuardedGraph.read(WireReader.of(new byte[0], "SavedModel"));
    List<String> asked = new ArrayList<>();
    List<String> starting = new ArrayList<>();
    String restore = "";
    while (reader.next()) {
      switch (reader.field()) {
        case 2 -> graph = GuardedGraph.read(reader.message("graph_def"));
        case 3 -> restore = restoreOperation(reader.message("saver_def"));
        case 4 -> starting.addAll(texts(reader.message("collection_def")));
        case 5 -> asked.addAll(texts(reader.message("signature_def")));
        case 6 ->
            throw new ModelFormatException(
                "the model wants files of its own (assets), which are not supported");
        default -> {}
      }
    }
    graph.requireAllowed();
    asked.add(ServingNames.OUTPUT);
    graph.requireNoFiles(asked, "a question");
    graph.requireNoFiles(starting, "loading");
    if (!restore.isEmpty()) {
      graph.requireOnlyReadsVariables(restore);
    }
  }

  private static String restoreOperation(WireReader saver) throws ModelFormatException {
    String name = "";
    while (saver.next()) {
      if (saver.field() == 3) {
        name = saver.text();
      }
    }
    return name;
  }

  /**
   * Every text inside a message: names of nodes are among them, whatever the form of the message,
   * and a text that is no name of a node reaches nothing.
   */
  private static Set<String> texts(WireReader message) throws ModelFormatException {
    Set<String> texts = new HashSet<>();
    Deque<WireReader> open = new ArrayDeque<>(List.of(message));
    long looked = 0;
    while (!open.isEmpty()) {
      WireReader reader = open.remove();
      while (reader.next()) {
        if (reader.isBytes()) {
          byte[] bytes = reader.bytes();
          looked += bytes.length;
          if (looked > MAX_SIGNATURE_BYTES) {
            throw new ModelFormatException("the signatures are too large or too deeply nested");
          }
          texts.add(new String(bytes, StandardCharsets.UTF_8));
          WireReader inner = reader.message("entry");
          if (inner.isMessage()) {
            open.add(inner);
          }
        }
      }
    }
    return texts;
  }
}
