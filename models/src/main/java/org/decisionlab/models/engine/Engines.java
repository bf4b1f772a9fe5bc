// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;

/**
 * The engines that are there, in the order in which they are tried.
 *
 * @param inOrder the engines, the preferred first
 */
public record Engines(List<Engine> inOrder) {

  private static final List<String> USUAL_ORDER = List.of(JavaEngine.NAME, "onnxruntime");

  /** Copies. */
  public Engines {
    inOrder = List.copyOf(inOrder);
  }

  /** All engines on the class path: the one in Java, then onnxruntime, then others by name. */
  public static Engines installed() {
    List<Engine> found = new ArrayList<>();
    ServiceLoader.load(Engine.class, Engines.class.getClassLoader()).forEach(found::add);
    found.sort(
        Comparator.comparing((Engine engine) -> place(engine.description().name()))
            .thenComparing(engine -> engine.description().name()));
    return new Engines(found);
  }

  private static int place(String name) {
    int place = USUAL_ORDER.indexOf(name);
    return place < 0 ? USUAL_ORDER.size() : place;
  }

  /**
   * The same engines with those named first.
   *
   * @throws IllegalArgumentException when a name is not among them
   */
  public Engines preferring(List<String> names) {
    List<Engine> ordered = new ArrayList<>();
    for (String name : names) {
      ordered.add(
          inOrder.stream()
              .filter(engine -> engine.description().name().equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "no engine '" + name + "' is installed; there are " + names())));
    }
    for (Engine engine : inOrder) {
      if (!ordered.contains(engine)) {
        ordered.add(engine);
      }
    }
    return new Engines(ordered);
  }

  /** Names of the engines, in order. */
  public List<String> names() {
    return inOrder.stream().map(engine -> engine.description().name()).toList();
  }

  /** Formats that some engine reads. */
  public Set<ModelFormat> formats() {
    Set<ModelFormat> formats = new TreeSet<>();
    inOrder.forEach(engine -> formats.addAll(engine.description().formats()));
    return formats;
  }
}
