// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.trees;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.graph.Tree;

/**
 * Reads the text that LightGBM saves a model as. Its trees compare in double precision and "not
 * above"; the features of a graph are float32, for which every such question is the same as one
 * below the next larger float32.
 */
public final class LightGbmReader {

  private static final int CATEGORICAL = 1;
  private static final int DEFAULT_LEFT = 2;
  private static final int MISSING_SHIFT = 2;
  private static final int MISSING_ZERO = 1;
  private static final int MISSING_NAN = 2;

  /** What LightGBM takes for 0 where zeros count as missing. */
  private static final double ZERO = 1e-35f;

  private LightGbmReader() {}

  /**
   * Reads a model.
   *
   * @param text the file
   * @throws ModelFormatException when it is damaged, or has something that cannot be told by a
   *     graph
   */
  public static TreeModel read(String text) throws ModelFormatException {
    List<Map<String, String>> blocks = blocks(text);
    Map<String, String> head = blocks.get(0);
    try {
      int columns = integer(head, "max_feature_idx") + 1;
      String names = head.getOrDefault("feature_names", "");
      List<String> features = names.isBlank() ? List.of() : List.of(names.split(" "));
      int outputs = integer(head, "num_tree_per_iteration");
      if (outputs < 1 || outputs > Math.max(1, blocks.size())) {
        throw new ModelFormatException(outputs + " trees in each round are not possible");
      }
      Objective objective = Objective.of(head.getOrDefault("objective", "none"));
      TreeModelBuilder builder = new TreeModelBuilder(features, columns);
      double scale = objective.scale;
      if (head.containsKey("average_output")) {
        int rounds = (blocks.size() - 1) / outputs;
        scale /= rounds;
      }
      for (int t = 1; t < blocks.size(); t++) {
        builder.add(new Block(blocks.get(t), scale).tree(), (t - 1) % outputs);
      }
      return builder.build(new float[outputs], objective.link);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new ModelFormatException("LightGBM model: " + e.getMessage(), e);
    }
  }

  /** Lines {@code name=value} up to the first tree, then those of each tree. */
  private static List<Map<String, String>> blocks(String text) throws ModelFormatException {
    List<Map<String, String>> blocks = new ArrayList<>();
    blocks.add(new HashMap<>());
    boolean ended = false;
    List<String> lines = text.lines().toList();
    if (lines.isEmpty() || !lines.get(0).equals("tree")) {
      throw new ModelFormatException("the file is no LightGBM model: it must begin with 'tree'");
    }
    for (String line : lines) {
      if (line.equals("end of trees")) {
        ended = true;
        break;
      }
      int equals = line.indexOf('=');
      String name = equals < 0 ? line : line.substring(0, equals);
      if (name.equals("Tree")) {
        blocks.add(new HashMap<>());
      }
      blocks.get(blocks.size() - 1).put(name, equals < 0 ? "" : line.substring(equals + 1));
    }
    if (!ended || blocks.size() == 1) {
      throw new ModelFormatException(
          "the LightGBM model ends too early: 'end of trees' is missing, or it has no trees");
    }
    return blocks;
  }

  /** What the sums of the trees are for, and what they are multiplied with before. */
  private record Objective(Link link, double scale) {

    static Objective of(String words) throws ModelFormatException {
      List<String> all = List.of(words.toLowerCase(Locale.ROOT).trim().split(" +"));
      double sigmoid = 1;
      for (String word : all) {
        if (word.startsWith("sigmoid:")) {
          sigmoid = Double.parseDouble(word.substring("sigmoid:".length()));
        }
      }
      if (all.contains("sqrt")) {
        throw new ModelFormatException("the objective '" + words + "' is not supported: sqrt");
      }
      return switch (all.get(0)) {
        case "binary", "multiclassova" -> new Objective(Link.LOGISTIC, sigmoid);
        case "cross_entropy" -> new Objective(Link.LOGISTIC, 1);
        case "multiclass" -> new Objective(Link.SOFTMAX, 1);
        case "poisson", "gamma", "tweedie" -> new Objective(Link.EXPONENTIAL, 1);
        case "regression",
            "regression_l1",
            "huber",
            "fair",
            "quantile",
            "mape",
            "lambdarank",
            "rank_xendcg",
            "none",
            "custom" ->
            new Objective(Link.IDENTITY, 1);
        default -> throw new ModelFormatException("the objective '" + words + "' is not supported");
      };
    }
  }

  private static int integer(Map<String, String> block, String name) throws ModelFormatException {
    return Integer.parseInt(text(block, name).trim());
  }

  private static String text(Map<String, String> block, String name) throws ModelFormatException {
    String value = block.get(name);
    if (value == null) {
      throw new ModelFormatException("the LightGBM model has no " + name);
    }
    return value;
  }

  /** One tree. */
  private static final class Block {
    private final Map<String, String> lines;
    private final double scale;
    private final int leaves;
    private final int questions;
    private final int[] column;
    private final float[] number;
    private final int[] less;
    private final int[] notLess;
    private final boolean[] missingIsLess;
    private final Map<Integer, CategorySplit> categories = new HashMap<>();

    Block(Map<String, String> lines, double scale) throws ModelFormatException {
      this.lines = lines;
      this.scale = scale;
      leaves = integer(lines, "num_leaves");
      if (leaves < 1 || leaves > Tree.MAX_NODES / 2) {
        throw new ModelFormatException(leaves + " leaves of a tree are not possible");
      }
      if (Integer.parseInt(lines.getOrDefault("is_linear", "0").trim()) != 0) {
        throw new ModelFormatException("linear trees (linear_tree=true) are not supported");
      }
      questions = leaves - 1;
      int size = questions + leaves;
      column = new int[size];
      number = new float[size];
      less = new int[size];
      notLess = new int[size];
      missingIsLess = new boolean[size];
    }

    TreeModelBuilder.RawTree tree() throws ModelFormatException {
      double[] values = doubles("leaf_value", leaves);
      for (int leaf = 0; leaf < leaves; leaf++) {
        column[questions + leaf] = Tree.LEAF;
        number[questions + leaf] = (float) (values[leaf] * scale);
      }
      if (questions > 0) {
        int[] left = integers("left_child");
        int[] right = integers("right_child");
        int[] asked = integers("split_feature");
        int[] decisions = integers("decision_type");
        double[] thresholds = doubles("threshold", questions);
        for (int i = 0; i < questions; i++) {
          column[i] = asked[i];
          less[i] = place(left[i]);
          notLess[i] = place(right[i]);
          if ((decisions[i] & CATEGORICAL) != 0) {
            categories.put(i, categories(asked[i], (int) thresholds[i]));
          } else {
            question(i, decisions[i], thresholds[i]);
          }
        }
      }
      Tree.Nodes nodes = new Tree.Nodes(column, number, less, notLess, missingIsLess);
      return new TreeModelBuilder.RawTree(nodes, categories);
    }

    private int place(int child) {
      return child < 0 ? questions + ~child : child;
    }

    private void question(int node, int decision, double threshold) throws ModelFormatException {
      if (Double.isNaN(threshold)) {
        throw new ModelFormatException("a threshold of a tree is not a number");
      }
      boolean left = (decision & DEFAULT_LEFT) != 0;
      int missing = decision >> MISSING_SHIFT & 3;
      boolean zeroIsLess = 0 <= threshold;
      if (missing == MISSING_ZERO && (left != -ZERO <= threshold || left != ZERO <= threshold)) {
        throw new ModelFormatException(
            "the model takes zeros for missing (zero_as_missing=true), which is not supported;"
                + " train it with missing values as NaN");
      }
      number[node] = below(threshold);
      missingIsLess[node] = missing == MISSING_NAN ? left : zeroIsLess;
    }

    /** The float32 that a float32 is below of just when it is not above a threshold. */
    private static float below(double threshold) {
      float largest = (float) threshold;
      if (largest > threshold) {
        largest = Math.nextDown(largest);
      }
      return Math.nextUp(largest);
    }

    private CategorySplit categories(int feature, int set) throws ModelFormatException {
      int[] bounds = whole(text(lines, "cat_boundaries"));
      long[] words = longs(text(lines, "cat_threshold"));
      int from = bounds[set];
      int to = bounds[set + 1];
      if (from < 0 || to < from || to > words.length) {
        throw new ModelFormatException("a set of categories from " + from + " to " + to);
      }
      if ((to - from) * 32L > CategorySplit.MAX_CATEGORIES) {
        throw new ModelFormatException(
            "a feature has more than " + CategorySplit.MAX_CATEGORIES + " categories");
      }
      Boolean[] second = new Boolean[(to - from) * 32];
      for (int i = 0; i < second.length; i++) {
        second[i] = (words[from + i / 32] >> i % 32 & 1) == 0;
      }
      return new CategorySplit(feature, -1, true, true, true, List.of(second));
    }

    private int[] integers(String name) throws ModelFormatException {
      int[] values = whole(text(lines, name));
      if (values.length != questions) {
        throw new ModelFormatException(
            "a tree has %d numbers in %s, expected %d".formatted(values.length, name, questions));
      }
      return values;
    }

    private double[] doubles(String name, int count) throws ModelFormatException {
      String line = text(lines, name).trim();
      double[] values = Arrays.stream(line.split(" +")).mapToDouble(Block::number).toArray();
      if (values.length != count) {
        throw new ModelFormatException(
            "a tree has %d numbers in %s, expected %d".formatted(values.length, name, count));
      }
      return values;
    }

    /** A number as C writes it, for which infinity is {@code inf}. */
    private static double number(String word) {
      return switch (word) {
        case "inf" -> Double.POSITIVE_INFINITY;
        case "-inf" -> Double.NEGATIVE_INFINITY;
        default -> Double.parseDouble(word);
      };
    }

    private static int[] whole(String line) {
      return Arrays.stream(line.trim().split(" +")).mapToInt(Integer::parseInt).toArray();
    }

    private static long[] longs(String line) {
      return Arrays.stream(line.trim().split(" +")).mapToLong(Long::parseLong).toArray();
    }
  }
}
