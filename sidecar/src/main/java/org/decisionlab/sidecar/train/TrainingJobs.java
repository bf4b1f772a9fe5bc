// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.train;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.wire.StrictJson;

/**
 * Reads the file of registered jobs:
 *
 * <pre>
 * {"jobs":{"keep_or_not":{
 *   "command":["/usr/bin/python3","train.py"],
 *   "directory":"/srv/training",
 *   "limit_s":3600,
 *   "environment":{"OMP_NUM_THREADS":"2"},
 *   "parameters":{"epochs":{"type":"integer","description":"passes over the data"}}}}}
 * </pre>
 */
public final class TrainingJobs {

  private static final long DEFAULT_LIMIT_SECONDS = 3_600;
  private static final int MAX_WORDS = 1_000;
  private static final int MAX_TEXT = 4_096;

  private TrainingJobs() {}

  /**
   * The jobs of a file, by the model that they train.
   *
   * @throws IOException when it cannot be read or is not one, saying what is wrong where
   */
  public static SortedMap<String, TrainingJob> read(Path file) throws IOException {
    SortedMap<String, TrainingJob> jobs = new TreeMap<>();
    try {
      JsonNode root = StrictJson.object(Files.readAllBytes(file), "the file of jobs");
      if (!root.path("jobs").isObject()) {
        throw new IOException(file + " must be {\"jobs\":{\"MODEL\":{\"command\":[...]}}}");
      }
      for (Map.Entry<String, JsonNode> job : root.path("jobs").properties()) {
        jobs.put(job.getKey(), job(job.getKey(), job.getValue(), file));
      }
    } catch (RefusedException e) {
      throw new IOException(file + ": " + e.told(), e);
    }
    return jobs;
  }

  private static TrainingJob job(String model, JsonNode json, Path file) throws IOException {
    String where = file + ", job '" + model + "': ";
    List<String> command = new ArrayList<>();
    StrictJson.list(json, "command", MAX_WORDS).forEach(word -> command.add(word.asText()));
    String directory = StrictJson.text(json, "directory", MAX_TEXT);
    Long seconds = StrictJson.number(json, "limit_s");
    Path home = directory.isEmpty() ? file.toAbsolutePath().getParent() : Path.of(directory);
    if (command.isEmpty() || home == null || !Files.isDirectory(home)) {
      throw new IOException(where + "it needs a 'command' and a 'directory' that exists");
    }
    Map<String, String> environment = new HashMap<>();
    json.path("environment")
        .properties()
        .forEach(variable -> environment.put(variable.getKey(), variable.getValue().asText()));
    Map<String, TrainingJob.Parameter> parameters = new HashMap<>();
    for (Map.Entry<String, JsonNode> each : json.path("parameters").properties()) {
      String type = StrictJson.text(each.getValue(), "type", MAX_TEXT);
      parameters.put(
          each.getKey(),
          new TrainingJob.Parameter(
              type(type, where), StrictJson.text(each.getValue(), "description", MAX_TEXT)));
    }
    return new TrainingJob(
        model,
        command,
        home,
        Duration.ofSeconds(seconds == null || seconds == 0 ? DEFAULT_LIMIT_SECONDS : seconds),
        environment,
        parameters);
  }

  private static TrainingJob.Type type(String word, String where) throws IOException {
    for (TrainingJob.Type type : TrainingJob.Type.values()) {
      if (type.name().toLowerCase(Locale.ROOT).equals(word)) {
        return type;
      }
    }
    throw new IOException(
        where + "type '" + word + "' is not known; it is string, integer, number or boolean");
  }
}
