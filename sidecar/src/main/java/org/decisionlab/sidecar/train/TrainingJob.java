// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.train;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A job that an operator registered for a model. Clients choose values of its parameters, never
 * what is run.
 *
 * @param model name of the model that it trains
 * @param command program and its arguments, run without a shell
 * @param directory where it runs
 * @param limit after which it is ended
 * @param environment variables beside those that every job gets
 * @param parameters what clients may choose, by name
 */
public record TrainingJob(
    String model,
    List<String> command,
    Path directory,
    Duration limit,
    Map<String, String> environment,
    Map<String, Parameter> parameters) {

  /** What a parameter may be. */
  public enum Type {
    /** Text. */
    STRING,
    /** A whole number. */
    INTEGER,
    /** A number. */
    NUMBER,
    /** True or false. */
    BOOLEAN
  }

  /**
   * One parameter.
   *
   * @param type what it may be
   * @param description for people
   */
  public record Parameter(Type type, String description) {}

  /** Keeps copies. */
  public TrainingJob {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
    parameters = Map.copyOf(parameters);
  }
}
