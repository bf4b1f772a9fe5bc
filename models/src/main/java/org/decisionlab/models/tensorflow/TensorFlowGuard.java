// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.tensorflow;

import java.util.ArrayList;
import java.util.List;
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

  private static final String ASSETS = "saved_model_assets";
  private static final int MAX_DEPTH = 8;

  private TensorFlowGuard() {}

  /**
   * Looks through a SavedModel.
   *
   * @param savedModel bytes of {@code saved_model.pb}
   * @throws ModelFormatException when it is damaged or has something that models must not have
   */
  public static void checkSavedModel(byte[] savedModel) throws ModelFormatException {
    WireReader reader = WireReader.of(savedModel, "SavedModel").once(2);
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
    reader.once(4, 5, 6);
    while (reader.next()) {
      switch (reader.field()) {
        case 2 -> graph = GuardedGraph.read(reader.message("graph_def"));
        case 3 -> restore = restoreOperation(reader.message("saver_def"));
        case 4 -> collection(reader.message("collection_def"), starting);
        case 5 -> signature(reader.message("signature_def"), asked);
        case 6 -> throw assets();
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

  private static ModelFormatException assets() {
    return new ModelFormatException(
        "the model wants files of its own (assets), which are not supported");
  }

  private static String restoreOperation(WireReader saver) throws ModelFormatException {
    saver.once();
    String name = "";
    while (saver.next()) {
      if (saver.field() == 3) {
        name = saver.text();
      }
    }
    return name;
  }

  /** Names of nodes are in its list of texts, one of which may be run when the model is loaded. */
  private static void collection(WireReader entry, List<String> names) throws ModelFormatException {
    entry.once();
    while (entry.next()) {
      if (entry.field() == 1 && entry.text().equals(ASSETS)) {
        throw assets();
      }
      if (entry.field() == 2) {
        WireReader collection = entry.message("value").oneOf();
        while (collection.next()) {
          if (collection.field() == 1) {
            texts(collection.message("node_list"), names);
          }
        }
      }
    }
  }

  private static void texts(WireReader list, List<String> texts) throws ModelFormatException {
    while (list.next()) {
      texts.add(list.text());
    }
  }

  /** Names of the tensors that go in and come out. */
  private static void signature(WireReader entry, List<String> names) throws ModelFormatException {
    entry.once();
    while (entry.next()) {
      if (entry.field() == 2) {
        WireReader signature = entry.message("value").once(1, 2, 4);
        while (signature.next()) {
          if (signature.field() == 1 || signature.field() == 2) {
            tensors(signature.message("tensor"), names);
          }
        }
      }
    }
  }

  private static void tensors(WireReader entry, List<String> names) throws ModelFormatException {
    entry.once();
    while (entry.next()) {
      if (entry.field() == 2) {
        tensor(entry.message("value"), names, 0);
      }
    }
  }

  /** A tensor is one name, or several of a sparse or a composite one. */
  private static void tensor(WireReader info, List<String> names, int depth)
      throws ModelFormatException {
    if (depth > MAX_DEPTH) {
      throw new ModelFormatException("the tensors of a signature are too deeply nested");
    }
    info.once();
    while (info.next()) {
      switch (info.field()) {
        case 1 -> names.add(info.text());
        case 4 -> texts(info.message("coo_sparse").once(), names);
        case 5 -> {
          WireReader composite = info.message("composite_tensor").once(2);
          while (composite.next()) {
            if (composite.field() == 2) {
              tensor(composite.message("components"), names, depth + 1);
            }
          }
        }
        default -> {}
      }
    }
  }
}
