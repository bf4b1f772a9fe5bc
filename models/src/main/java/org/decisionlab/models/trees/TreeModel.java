// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.trees;

import java.util.ArrayList;
import java.util.List;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.graph.ModelGraphBuilder;
import org.decisionlab.models.graph.Movement;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.TreeEnsemble;

/**
 * Boosted trees as a library left them: what goes into a graph, and the names that the library
 * knows.
 *
 * @param features names of the features, empty when the library was not told them
 * @param columns number of features
 * @param categories splits by category, which the trees see as columns behind those of the features
 * @param trees the trees over all these columns
 * @param link what is made of their sums
 */
public record TreeModel(
    List<String> features,
    int columns,
    List<CategorySplit> categories,
    TreeEnsemble trees,
    Link link) {

  /** Name of the input of a graph that is nothing but the trees. */
  private static final String INPUT = "inputs";

  /** Copies what it is given. */
  public TreeModel {
    features = List.copyOf(features);
    categories = List.copyOf(categories);
  }

  /** Numbers in a row that comes out. */
  public int outputs() {
    return trees.outputs();
  }

  /** The model of the first trees. */
  public TreeModel first(int count) {
    TreeEnsemble fewer =
        new TreeEnsemble(
            trees.columns(),
            trees.trees().subList(0, count),
            trees.targets().subList(0, count),
            trees.base());
    return new TreeModel(features, columns, categories, fewer, link);
  }

  /** The model as a graph of its own. */
  public ModelGraph graph() {
    ModelGraphBuilder builder = ModelGraph.builder();
    return builder.build(append(builder, builder.input(INPUT, columns)));
  }

  /**
   * Adds the model to a graph.
   *
   * @param rows as many columns as the model has features
   * @return its answers
   */
  public Node append(ModelGraphBuilder builder, Node rows) {
    Node seen = rows;
    if (!categories.isEmpty()) {
      List<Node> parts = new ArrayList<>(List.of(rows));
      for (int column = 0; column < columns; column++) {
        int asked = column;
        List<CategorySplit> splits =
            categories.stream().filter(split -> split.column() == asked).toList();
        if (!splits.isEmpty()) {
          parts.add(CategorySplit.append(builder, column(builder, rows, column), splits));
        }
      }
      seen = builder.apply(new Movement.Concat(1), parts.toArray(Node[]::new));
    }
    return link.apply(builder, builder.apply(trees, seen));
  }

  private static Node column(ModelGraphBuilder builder, Node rows, int column) {
    return builder.apply(
        new Movement.Slice(List.of(column), List.of(column + 1), List.of(1)), rows);
  }

  @Override
  public String toString() {
    return "TreeModel[" + trees + ", " + link + "]";
  }
}
