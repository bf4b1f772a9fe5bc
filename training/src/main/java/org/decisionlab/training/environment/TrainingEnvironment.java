// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.environment;

import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where a model was trained; what its card tells of it.
 *
 * @param codeVersion git commit of the working folder, {@code -dirty} behind it where files were
 *     changed since; without git the version of the lab
 * @param libraries versions by name
 * @param hardware device, processor, cores, memory and system, by name
 */
public record TrainingEnvironment(
    String codeVersion, Map<String, String> libraries, Map<String, String> hardware) {

  /** Sorts by name. */
  public TrainingEnvironment {
    libraries = Collections.unmodifiableMap(new TreeMap<>(libraries));
    hardware = Collections.unmodifiableMap(new TreeMap<>(hardware));
  }

  /**
   * The surroundings of this program; those of Java and of the lab are added.
   *
   * @param libraries versions of what trains, by name
   * @param device on which it trains, such as {@code cpu}
   */
  public static TrainingEnvironment here(Map<String, String> libraries, String device) {
    Map<String, String> all = new TreeMap<>(libraries);
    all.put("java", Runtime.version().toString());
    all.put("decisionlab", CodeVersion.ofLab());
    return new TrainingEnvironment(CodeVersion.of(Path.of("")), all, Hardware.with(device));
  }
}
