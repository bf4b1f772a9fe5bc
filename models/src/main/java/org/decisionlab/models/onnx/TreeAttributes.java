// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.decisionlab.models.graph.Tree;
import org.decisionlab.models.graph.TreeEnsemble;
import org.decisionlab.models.onnx.OnnxGraph.Attribute;

/** Decision trees as the attributes of ONNX-ML's {@code TreeEnsembleRegressor}. */
final class TreeAttributes {

  /** Name of the operation. */
  static final String OPERATOR = "TreeEnsembleRegressor";

  private final TreeEnsemble ensemble;
  private final List<Place> places;
  private final List<Attribute> attributes = new ArrayList<>();

  private TreeAttributes(TreeEnsemble ensemble) {
    this.ensemble = ensemble;
    this.places = places(ensemble);
  }

  /** All attributes, in alphabetical order. */
  static Attribute[] of(TreeEnsemble ensemble) {
    return new TreeAttributes(ensemble).all();
  }

  private Attribute[] all() {
    attributes.add(Attribute.text("aggregate_function", "SUM"));
    attributes.add(Attribute.of("n_targets", ensemble.outputs()));
    nodes("nodes_falsenodeids", Place::notLess);
    nodes("nodes_featureids", place -> Math.max(0, place.tree.column(place.node)));
    nodes("nodes_missing_value_tracks_true", place -> place.missingIsLess() ? 1 : 0);
    List<String> modes = new ArrayList<>();
    places.forEach(place -> modes.add(place.isLeaf() ? "LEAF" : "BRANCH_LT"));
    attributes.add(Attribute.texts("nodes_modes", modes));
    nodes("nodes_nodeids", Place::node);
    nodes("nodes_treeids", Place::number);
    nodes("nodes_truenodeids", Place::less);
    attributes.add(Attribute.floats("nodes_values", floats(places, Place::threshold)));
    attributes.add(Attribute.text("post_transform", "NONE"));
    List<Place> leaves = places.stream().filter(Place::isLeaf).toList();
    attributes.add(Attribute.of("target_ids", integers(leaves, p -> target(p.number))));
    attributes.add(Attribute.of("target_nodeids", integers(leaves, Place::node)));
    attributes.add(Attribute.of("target_treeids", integers(leaves, Place::number)));
    attributes.add(Attribute.floats("target_weights", floats(leaves, Place::value)));
    return attributes.toArray(Attribute[]::new);
  }

  private int target(int tree) {
    return ensemble.targets().get(tree);
  }

  private void nodes(String name, ToIntFunction<Place> value) {
    attributes.add(Attribute.of(name, integers(places, value)));
  }

  private static List<Integer> integers(List<Place> places, ToIntFunction<Place> value) {
    return places.stream().map(value::applyAsInt).toList();
  }

  private static float[] floats(List<Place> places, Function<Place, Float> value) {
    float[] values = new float[places.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value.apply(places.get(i));
    }
    return values;
  }

  private static List<Place> places(TreeEnsemble ensemble) {
    List<Place> places = new ArrayList<>(ensemble.nodes());
    for (int t = 0; t < ensemble.trees().size(); t++) {
      for (int i = 0; i < ensemble.trees().get(t).size(); i++) {
        places.add(new Place(t, ensemble.trees().get(t), i));
      }
    }
    return places;
  }

  /** A node of one of the trees. */
  private record Place(int number, Tree tree, int node) {
    boolean isLeaf() {
      return tree.isLeaf(node);
    }

    boolean missingIsLess() {
      return tree.missingIsLess(node);
    }

    float threshold() {
      return isLeaf() ? 0 : tree.number(node);
    }

    float value() {
      return tree.number(node);
    }

    int less() {
      return isLeaf() ? 0 : tree.less(node);
    }

    int notLess() {
      return isLeaf() ? 0 : tree.notLess(node);
    }
  }
}
