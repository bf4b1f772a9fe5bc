// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.bundle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.decisionlab.models.ModelFormatException;

/**
 * What is known of a model that others made: {@value #NAME} of a bundle that has no model card.
 *
 * @param description for people
 * @param names names of the numbers that go in, in order
 * @param tolerance largest difference to a golden row, relative above 1 and absolute below
 * @param goldenRows rows with the answers that the model must give; may be empty
 */
public record FeatureFile(
    String description, List<String> names, double tolerance, List<GoldenRow> goldenRows) {

  /** Its name in a bundle. */
  public static final String NAME = "features.json";

  private static final int FORMAT = 1;
  private static final int MAX_NAME = 200;
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** Refuses names that are missing or occur twice, and golden rows that do not fit them. */
  public FeatureFile {
    names = List.copyOf(names);
    goldenRows = List.copyOf(goldenRows);
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (name.isBlank() || name.length() > MAX_NAME || !seen.add(name)) {
        throw new IllegalArgumentException(
            "feature '" + name + "' is blank, longer than " + MAX_NAME + ", or there twice");
      }
    }
    if (names.isEmpty()) {
      throw new IllegalArgumentException("a features file names at least one feature");
    }
    if (!(tolerance > 0 && tolerance <= 1e-2)) {
      throw new IllegalArgumentException(
          "tolerance must be above 0 and at most 0.01: " + tolerance);
    }
    for (GoldenRow row : goldenRows) {
      if (row.inputs().size() != names.size()) {
        throw new IllegalArgumentException(
            "a golden row has "
                + row.inputs().size()
                + " inputs; there are "
                + names.size()
                + " features");
      }
      if (row.inputs().stream().anyMatch(value -> value.isNaN())) {
        throw new IllegalArgumentException("a golden row lacks a value; each must be a number");
      }
    }
  }

  /** The same with other golden rows. */
  public FeatureFile with(List<GoldenRow> rows) {
    return new FeatureFile(description, names, tolerance, rows);
  }

  /**
   * Reads it; a bare array of names is one too.
   *
   * @throws ModelFormatException when it is not a features file
   */
  public static FeatureFile parse(byte[] json) throws ModelFormatException {
    try {
      JsonNode root = JSON.readTree(json);
      if (root.isArray()) {
        return new FeatureFile("", texts(root), SelfCheck.DEFAULT_TOLERANCE, List.of());
      }
      if (root.path("format").asInt() != FORMAT) {
        throw new ModelFormatException(
            NAME
                + " must be an array of names, or say \"format\": "
                + FORMAT
                + "; found "
                + root.path("format"));
      }
      List<GoldenRow> rows = new ArrayList<>();
      for (JsonNode row : root.path("golden_rows")) {
        rows.add(new GoldenRow(numbers(row.path("inputs")), numbers(row.path("outputs"))));
      }
      JsonNode tolerance = root.path("tolerance");
      return new FeatureFile(
          root.path("description").asText(""),
          texts(root.path("features")),
          tolerance.isNumber() ? tolerance.asDouble() : SelfCheck.DEFAULT_TOLERANCE,
          rows);
    } catch (JsonProcessingException e) {
      throw new ModelFormatException(NAME + ": " + e.getOriginalMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException(NAME + ": " + e.getMessage(), e);
    } catch (ModelFormatException e) {
      throw e;
    } catch (IOException e) {
      throw new IllegalStateException("bytes in memory could not be read", e);
    }
  }

  /** The JSON form, indented, with a line end. */
  public String toJson() {
    ObjectNode root = JSON.createObjectNode().put("format", FORMAT).put("description", description);
    names.forEach(root.putArray("features")::add);
    root.put("tolerance", tolerance);
    ArrayNode rows = root.putArray("golden_rows");
    for (GoldenRow row : goldenRows) {
      ObjectNode one = rows.addObject();
      row.inputs().forEach(one.putArray("inputs")::add);
      row.outputs().forEach(one.putArray("outputs")::add);
    }
    return root.toPrettyString() + "\n";
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    for (JsonNode each : array) {
      if (!each.isTextual()) {
        throw new IllegalArgumentException("names of features must be texts, found " + each);
      }
      texts.add(each.asText());
    }
    return texts;
  }

  private static List<Float> numbers(JsonNode array) {
    List<Float> numbers = new ArrayList<>();
    for (JsonNode each : array) {
      if (!each.isNumber()) {
        throw new IllegalArgumentException("golden rows must be of numbers, found " + each);
      }
      numbers.add(each.floatValue());
    }
    return numbers;
  }
}
