// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.trees;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.graph.Tree;

/**
 * Reads the JSON or UBJ file that XGBoost saves a model as. A model with more rounds than its best
 * is read whole, as XGBoost itself predicts with it unless told otherwise.
 */
public final class XgboostReader {

  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(32).build())
              .build());

  private XgboostReader() {}

  /**
   * Reads a model.
   *
   * @param file bytes of the file, in JSON or UBJ
   * @throws ModelFormatException when it is damaged, or has something that cannot be told by a
   *     graph
   */
  public static TreeModel read(byte[] file) throws ModelFormatException {
    try {
      return model(isText(file) ? JSON.readTree(file) : UniversalBinaryJson.read(file));
    } catch (ModelFormatException e) {
      throw e;
    } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new ModelFormatException("XGBoost model: " + e.getMessage(), e);
    }
  }

  /** Whether a file is JSON: UBJ goes on with the length of a name, which is no blank or quote. */
  private static boolean isText(byte[] file) {
    return file.length > 1
        && file[0] == '{'
        && (file[1] == '"' || Character.isWhitespace((char) file[1]));
  }

  private static TreeModel model(JsonNode root) throws ModelFormatException {
    JsonNode learner = member(root, "learner");
    JsonNode parameters = member(learner, "learner_model_param");
    String objective = member(member(learner, "objective"), "name").asText();
    Link link = link(objective);
    int outputs = Math.max(1, Math.max(whole(parameters, "num_class"), targets(parameters)));
    JsonNode booster = member(learner, "gradient_booster");
    String name = member(booster, "name").asText();
    if (!name.equals("gbtree") && !name.equals("dart")) {
      throw new ModelFormatException(
          "the booster " + name + " is not supported; gbtree and dart are");
    }
    boolean dart = name.equals("dart");
    JsonNode model = member(dart ? member(booster, "gbtree") : booster, "model");
    double[] weights = dart ? doubles(member(booster, "weight_drop")) : new double[0];
    JsonNode trees = member(model, "trees");
    int[] targets = integers(member(model, "tree_info"));
    if (targets.length != trees.size() || (dart && weights.length != targets.length)) {
      throw new ModelFormatException(
          "the XGBoost model has %d trees and outputs of %d"
              .formatted(trees.size(), targets.length));
    }
    TreeModelBuilder builder =
        new TreeModelBuilder(names(learner), whole(parameters, "num_feature"));
    for (int t = 0; t < targets.length; t++) {
      builder.add(tree(trees.get(t), dart ? weights[t] : 1), targets[t]);
    }
    return builder.build(base(parameters, objective, link, outputs), link);
  }

  private static int targets(JsonNode parameters) {
    return parameters.path("num_target").asInt(1);
  }

  private static Link link(String objective) throws ModelFormatException {
    return switch (objective) {
      case "binary:logistic", "reg:logistic" -> Link.LOGISTIC;
      case "multi:softprob" -> Link.SOFTMAX;
      case "count:poisson", "reg:gamma", "reg:tweedie", "survival:cox", "survival:aft" ->
          Link.EXPONENTIAL;
      case "binary:logitraw",
          "reg:squarederror",
          "reg:squaredlogerror",
          "reg:pseudohubererror",
          "reg:absoluteerror",
          "reg:quantileerror",
          "rank:ndcg",
          "rank:map",
          "rank:pairwise" ->
          Link.IDENTITY;
      default ->
          throw new ModelFormatException(
              "the objective "
                  + objective
                  + " is not supported"
                  + (objective.equals("multi:softmax")
                      ? ": it answers with the number of a class; train with multi:softprob"
                      : ""));
    };
  }

  /** The sums without any tree: XGBoost stores the answer that they stand for. */
  private static float[] base(JsonNode parameters, String objective, Link link, int outputs)
      throws ModelFormatException {
    String text = member(parameters, "base_score").asText().trim();
    String[] parts = text.replace("[", "").replace("]", "").split(",", -1);
    if (parts.length != 1 && parts.length != outputs) {
      throw new ModelFormatException(parts.length + " base scores for " + outputs + " outputs");
    }
    float[] base = new float[outputs];
    for (int i = 0; i < outputs; i++) {
      double answer = Float.parseFloat(parts[parts.length == 1 ? 0 : i].trim());
      Link from = objective.equals("binary:logitraw") ? Link.LOGISTIC : link;
      base[i] = (float) from.sum(answer);
      if (!Float.isFinite(base[i])) {
        throw new ModelFormatException(
            "the base score " + answer + " is not possible for " + objective);
      }
    }
    return base;
  }

  private static List<String> names(JsonNode learner) {
    List<String> names = new ArrayList<>();
    learner.path("feature_names").forEach(name -> names.add(name.asText()));
    return names;
  }

  private static TreeModelBuilder.RawTree tree(JsonNode tree, double weight)
      throws ModelFormatException {
    if (whole(member(tree, "tree_param"), "size_leaf_vector") > 1) {
      throw new ModelFormatException(
          "trees with several values in a leaf (multi_strategy=multi_output_tree) are not"
              + " supported");
    }
    int[] less = integers(member(tree, "left_children"));
    int[] notLess = integers(member(tree, "right_children"));
    int[] column = integers(member(tree, "split_indices"));
    double[] conditions = doubles(member(tree, "split_conditions"));
    boolean[] missingIsLess = truths(member(tree, "default_left"));
    float[] number = new float[conditions.length];
    if (column.length != less.length || number.length != less.length) {
      throw new ModelFormatException("the arrays of a tree have different lengths");
    }
    for (int i = 0; i < less.length; i++) {
      boolean leaf = less[i] == -1;
      column[i] = leaf ? Tree.LEAF : column[i];
      number[i] = (float) (leaf ? (float) conditions[i] * (float) weight : conditions[i]);
    }
    Tree.Nodes nodes = new Tree.Nodes(column, number, less, notLess, missingIsLess);
    return new TreeModelBuilder.RawTree(nodes, categories(tree, nodes));
  }

  /** The sets of categories that go to the right. */
  private static Map<Integer, CategorySplit> categories(JsonNode tree, Tree.Nodes nodes)
      throws ModelFormatException {
    Map<Integer, CategorySplit> splits = new HashMap<>();
    int[] asking = integers(tree.path("categories_nodes"));
    int[] segments = integers(tree.path("categories_segments"));
    int[] sizes = integers(tree.path("categories_sizes"));
    int[] listed = integers(tree.path("categories"));
    int[] types = integers(tree.path("split_type"));
    for (int s = 0; s < asking.length; s++) {
      int[] set = Arrays.copyOfRange(listed, segments[s], segments[s] + sizes[s]);
      int most = Arrays.stream(set).max().orElse(-1);
      if (most >= CategorySplit.MAX_CATEGORIES || Arrays.stream(set).anyMatch(c -> c < 0)) {
        throw new ModelFormatException(
            "categories 0 to "
                + (CategorySplit.MAX_CATEGORIES - 1)
                + " are supported, found up to "
                + most);
      }
      Boolean[] right = new Boolean[most + 1];
      Arrays.fill(right, false);
      for (int category : set) {
        right[category] = true;
      }
      int node = asking[s];
      boolean missingRight = !nodes.missingIsLess()[node];
      splits.put(
          node,
          new CategorySplit(nodes.column()[node], 0, false, missingRight, false, List.of(right)));
    }
    for (int i = 0; i < types.length; i++) {
      if (types[i] == 1 && nodes.column()[i] != Tree.LEAF && !splits.containsKey(i)) {
        throw new ModelFormatException("node " + i + " of a tree has no categories");
      }
    }
    return splits;
  }

  private static JsonNode member(JsonNode node, String name) throws ModelFormatException {
    JsonNode member = node.get(name);
    if (member == null) {
      throw new ModelFormatException("the file is no XGBoost model: it has no " + name);
    }
    return member;
  }

  private static int whole(JsonNode node, String name) throws ModelFormatException {
    return Integer.parseInt(member(node, name).asText());
  }

  private static int[] integers(JsonNode array) {
    int[] values = new int[array.size()];
    Arrays.setAll(values, i -> array.get(i).asInt());
    return values;
  }

  private static double[] doubles(JsonNode array) {
    double[] values = new double[array.size()];
    Arrays.setAll(values, i -> array.get(i).asDouble(Double.NaN));
    return values;
  }

  private static boolean[] truths(JsonNode array) {
    boolean[] values = new boolean[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asBoolean();
    }
    return values;
  }
}
