// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.onnx;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.graph.Tensor;
import org.decisionlab.models.graph.Tree;
import org.decisionlab.models.graph.TreeEnsemble;

/** The attributes of an ensemble of trees, in which nodes and weights of all trees are mixed. */
final class OnnxTreeTables {

  private static final String CLASSIFIER = "TreeEnsembleClassifier";

  /** Most outputs, each of which is a tree for itself. */
  private static final int MOST_OUTPUTS = TreeEnsemble.MAX_TREES;

  private final OnnxNode node;
  private final int[] ids;
  private final int[] columns;
  private final int[] whenTrue;
  private final int[] whenFalse;
  private final int[] missing;
  private final List<Float> values;
  private final List<String> modes;
  private long nodes;
  private final int outputs;
  private final boolean twoClasses;
  private final boolean allPositive;
  private final TreeEnsemble ensemble;

  private OnnxTreeTables(OnnxNode node, int features) throws ModelFormatException {
    this.node = node;
    for (String name : node.attributes().keySet()) {
      if (name.endsWith("_as_tensor")) {
        throw new ModelFormatException("trees in double precision (" + name + ") are not read");
      }
    }
    ids = node.integers("nodes_nodeids");
    columns = node.integers("nodes_featureids");
    whenTrue = node.integers("nodes_truenodeids");
    whenFalse = node.integers("nodes_falsenodeids");
    missing = node.integers("nodes_missing_value_tracks_true");
    values = node.floats("nodes_values");
    modes = node.texts("nodes_modes");
    requireLength("nodes_modes", ids.length, modes.size());
    requireLength("nodes_values", ids.length, values.size());
    boolean classes = node.operation().equals(CLASSIFIER);
    String of = classes ? "class" : "target";
    int[] targets = node.integers(of + "_ids");
    List<Float> weights = node.floats(of + "_weights");
    int named = classes ? node.classes().size() : node.integer("n_targets", 1);
    Set<Integer> used = new HashSet<>();
    for (int target : targets) {
      used.add(target);
    }
    requireOutputs(classes, named);
    twoClasses = classes && named == 2 && used.size() == 1;
    outputs = twoClasses ? 1 : named;
    allPositive = weights.stream().allMatch(weight -> weight >= 0);
    Weights all =
        new Weights(
            node.integers(of + "_treeids"), node.integers(of + "_nodeids"), targets, weights);
    if (twoClasses && !used.equals(Set.of(0))) {
      throw new ModelFormatException(
          "trees with one sum for two classes under the number %s are not read, it is 0 elsewhere"
              .formatted(used));
    }
    ensemble = ensemble(features, all);
  }

  private static void requireOutputs(boolean classes, int named) throws ModelFormatException {
    int least = classes ? 2 : 1;
    if (named < least || named > MOST_OUTPUTS) {
      throw new ModelFormatException(
          "trees with %d outputs are not read, %d to %d are".formatted(named, least, MOST_OUTPUTS));
    }
  }

  /**
   * An output that a row reaches no weight of is left out, or without its base value, in some
   * runtimes. Where that counts, each output needs a tree all of whose leaves have a weight for it.
   */
  private void requireEveryRowHasAll(Map<Integer, Parts> trees) throws ModelFormatException {
    boolean both = node.operation().equals(CLASSIFIER) && outputs == 2;
    boolean based = !node.floats("base_values").isEmpty();
    if (both && based) {
      throw new ModelFormatException(
          "trees of two classes with weights for both and base values are not read: runtimes disagree about them");
    }
    if (!both && (!based || outputs == 1)) {
      return;
    }
    Set<Integer> full = new HashSet<>();
    for (Parts tree : trees.values()) {
      Set<Integer> everywhere = new HashSet<>(all(outputs));
      for (int at : tree.nodes()) {
        if (modes.get(at).equals("LEAF")) {
          int id = at(ids, at, "nodes_nodeids");
          everywhere.retainAll(tree.weights().getOrDefault(id, Map.of()).keySet());
        }
      }
      full.addAll(everywhere);
    }
    if (full.size() < outputs) {
      throw new ModelFormatException(
          "trees with leaves that have a weight for some of %d outputs are not read: runtimes disagree about the others"
              .formatted(outputs));
    }
  }

  private static List<Integer> all(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  static OnnxTreeTables of(OnnxNode node, int features) throws ModelFormatException {
    return new OnnxTreeTables(node, features);
  }

  TreeEnsemble ensemble() {
    return ensemble;
  }

  /** Whether there is one sum for two classes. */
  boolean isTwoClasses() {
    return twoClasses;
  }

  /** Whether no leaf has a weight below 0. */
  boolean allPositive() {
    return allPositive;
  }

  /** The weights of leaves, one beside the other. */
  @SuppressWarnings("ArrayRecordComponent") // what the file holds, read once
  private record Weights(int[] trees, int[] nodes, int[] targets, List<Float> values) {}

  /** Nodes of a tree by their numbers in the file, and weights by node and output. */
  private record Parts(List<Integer> nodes, Map<Integer, Map<Integer, Float>> weights) {}

  private TreeEnsemble ensemble(int features, Weights weights) throws ModelFormatException {
    int[] trees = node.integers("nodes_treeids");
    Map<Integer, Parts> parts = new TreeMap<>();
    for (int i = 0; i < trees.length; i++) {
      parts
          .computeIfAbsent(trees[i], any -> new Parts(new ArrayList<>(), new LinkedHashMap<>()))
          .nodes()
          .add(i);
    }
    int count = weights.trees().length;
    requireLength("weights", count, weights.nodes().length);
    requireLength("weights", count, weights.targets().length);
    requireLength("weights", count, weights.values().size());
    for (int i = 0; i < count; i++) {
      Parts tree = parts.get(weights.trees()[i]);
      if (tree == null) {
        throw new ModelFormatException("there is no tree " + weights.trees()[i]);
      }
      int target = twoClasses ? 0 : weights.targets()[i];
      tree.weights()
          .computeIfAbsent(weights.nodes()[i], any -> new TreeMap<>())
          .merge(target, weights.values().get(i), Float::sum);
    }
    requireEveryRowHasAll(parts);
    float share = share(parts.size());
    List<Tree> all = new ArrayList<>();
    List<Integer> targets = new ArrayList<>();
    for (Parts tree : parts.values()) {
      Set<Integer> answered = new TreeSet<>();
      tree.weights().values().forEach(each -> answered.addAll(each.keySet()));
      for (int target : answered) {
        all.add(tree(tree, target, share));
        targets.add(target);
      }
    }
    return new TreeEnsemble(features, all, targets, base());
  }

  private float share(int trees) throws ModelFormatException {
    String together = node.text("aggregate_function", "SUM");
    return switch (together) {
      case "SUM" -> 1;
      case "AVERAGE" -> 1f / trees;
      default ->
          throw new ModelFormatException("trees of which the " + together + " counts are not read");
    };
  }

  private Tensor base() throws ModelFormatException {
    List<Float> given = node.floats("base_values");
    if (!given.isEmpty() && given.size() != outputs) {
      throw new ModelFormatException(
          "%d base values for %d outputs of trees".formatted(given.size(), outputs));
    }
    return Tensor.vector(given.isEmpty() ? new float[outputs] : OnnxTreeReader.floats(given));
  }

  private Tree tree(Parts tree, int target, float share) throws ModelFormatException {
    int size = tree.nodes().size();
    nodes += size;
    if (nodes > TreeEnsemble.MAX_NODES) {
      throw new ModelFormatException(
          "the trees have more than %d nodes, counted once for each of their outputs"
              .formatted(TreeEnsemble.MAX_NODES));
    }
    Map<Integer, Integer> places = new LinkedHashMap<>();
    for (int i = 0; i < size; i++) {
      places.put(at(ids, tree.nodes().get(i), "nodes_nodeids"), i);
    }
    int[] column = new int[size];
    float[] number = new float[size];
    int[] less = new int[size];
    int[] notLess = new int[size];
    boolean[] missingIsLess = new boolean[size];
    for (int i = 0; i < size; i++) {
      int at = tree.nodes().get(i);
      if (modes.get(at).equals("LEAF")) {
        column[i] = Tree.LEAF;
        Map<Integer, Float> weights = tree.weights().getOrDefault(ids[at], Map.of());
        number[i] = weights.getOrDefault(target, 0f) * share;
        continue;
      }
      Question question = Question.of(modes.get(at), values.get(at));
      boolean tracksTrue = missing.length > 0 && at(missing, at, "missing values") != 0;
      int yes = place(places, at(whenTrue, at, "nodes_truenodeids"));
      int no = place(places, at(whenFalse, at, "nodes_falsenodeids"));
      column[i] = at(columns, at, "nodes_featureids");
      number[i] = question.threshold();
      less[i] = question.trueIsLess() ? yes : no;
      notLess[i] = question.trueIsLess() ? no : yes;
      missingIsLess[i] = tracksTrue == question.trueIsLess();
    }
    return Tree.of(new Tree.Nodes(column, number, less, notLess, missingIsLess));
  }

  /**
   * A question as one whether a column is below a threshold.
   *
   * @param threshold the float32 that a column is below of
   * @param trueIsLess whether the answer "true" of the file is that the column is below
   */
  private record Question(float threshold, boolean trueIsLess) {

    static Question of(String mode, float value) throws ModelFormatException {
      return switch (mode) {
        case "BRANCH_LT" -> new Question(value, true);
        case "BRANCH_LEQ" -> new Question(Math.nextUp(value), true);
        case "BRANCH_GTE" -> new Question(value, false);
        case "BRANCH_GT" -> new Question(Math.nextUp(value), false);
        default -> throw new ModelFormatException("trees that ask " + mode + " are not read");
      };
    }
  }

  private static int place(Map<Integer, Integer> places, int id) throws ModelFormatException {
    Integer place = places.get(id);
    if (place == null) {
      throw new ModelFormatException("a tree has no node " + id);
    }
    return place;
  }

  private static int at(int[] values, int index, String name) throws ModelFormatException {
    if (index >= values.length) {
      throw new ModelFormatException("%s has %d numbers".formatted(name, values.length));
    }
    return values[index];
  }

  private static void requireLength(String name, int expected, int found)
      throws ModelFormatException {
    if (expected != found) {
      throw new ModelFormatException(
          "%s of trees: %d numbers, expected %d".formatted(name, found, expected));
    }
  }
}
