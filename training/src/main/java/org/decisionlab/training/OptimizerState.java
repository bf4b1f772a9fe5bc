// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an optimiser remembers of each parameter, such as Adam's means and variances, and how often
 * it has updated it: kept where a checkpoint can read it and put it back.
 */
final class OptimizerState {

  /** Names of the parameters by DJL's ids, which are drawn anew for each net. */
  private final Map<String, String> names = new HashMap<>();

  private final Map<String, List<NDArray>> arrays = new TreeMap<>();
  private final Map<String, Integer> counts = new TreeMap<>();
  private final Map<Object, Integer> kinds = Collections.synchronizedMap(new IdentityHashMap<>());
  private Saved restored = new Saved(Map.of(), Map.of());

  /**
   * The values.
   *
   * @param counts updates by name of the parameter
   * @param arrays arrays by name of the parameter, in the order of the optimiser
   */
  record Saved(Map<String, Integer> counts, Map<String, List<float[]>> arrays) {}

  /** Says how the parameters are called. */
  void names(Map<String, String> nameById) {
    names.putAll(nameById);
  }

  /** Continues with what was saved. */
  void restore(Saved saved) {
    restored = saved;
    counts.putAll(saved.counts());
  }

  /** A copy of the values. What the optimiser has not touched since they were restored stays. */
  Saved save() {
    Map<String, List<float[]>> values = new LinkedHashMap<>(restored.arrays());
    arrays.forEach(
        (name, list) -> values.put(name, list.stream().map(NDArray::toFloatArray).toList()));
    return new Saved(new LinkedHashMap<>(counts), values);
  }

  /** Counts an update, and gives how many there were of this parameter. */
  int count(String id) {
    return counts.merge(name(id), 1, Integer::sum);
  }

  /**
   * Notes an array that the optimiser uses; the first time it gets the saved values.
   *
   * @param kind stands for what the array is: the same object for the means of all parameters
   */
  NDArray seen(Object kind, String id, NDArray array) {
    int place = kinds.computeIfAbsent(kind, any -> kinds.size());
    List<NDArray> known = arrays.computeIfAbsent(name(id), any -> new ArrayList<>());
    if (known.size() == place) {
      known.add(array);
      List<float[]> saved = restored.arrays().get(name(id));
      if (saved != null) {
        array.set(saved.get(place));
      }
    }
    return array;
  }

  private String name(String id) {
    return names.getOrDefault(id, id);
  }

  /** Frees the arrays, which belong to no manager. */
  void close() {
    arrays.values().forEach(list -> list.forEach(NDArray::close));
    arrays.clear();
  }
}
