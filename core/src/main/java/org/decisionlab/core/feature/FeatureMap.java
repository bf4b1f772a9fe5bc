// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.feature;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.core.name.LogicalFileName;

/**
 * The ordered inputs of a model. {@link #vectorOf(AccessRecord, FileStats)} is the only place where
 * a feature is computed; training, replay and serving all call it.
 *
 * @param features the inputs, in order, each quantity once
 */
public record FeatureMap(List<Feature> features) implements Serializable {

  /**
   * On the logarithmic scale of hours, longer than any file is remembered by default (120 days).
   */
  private static final double NEVER = StrictMath.log1p(2880);

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /** Refuses an empty list and a quantity that occurs twice. */
  public FeatureMap {
    features = List.copyOf(features);
    if (features.isEmpty()) {
      throw new IllegalArgumentException("a feature map needs at least one feature");
    }
    Set<Quantity> seen = new HashSet<>();
    for (Feature feature : features) {
      if (!seen.add(feature.quantity())) {
        throw new IllegalArgumentException("feature " + feature.name() + " occurs twice");
      }
    }
  }

  /** Every quantity: logarithmic, a file or group never seen standing beyond the longest memory. */
  public static FeatureMap standard() {
    List<Feature> features = new ArrayList<>();
    for (Quantity quantity : Quantity.values()) {
      double missing =
          switch (quantity) {
            case FILE_IDLE, FILE_GAP, GROUP_IDLE -> NEVER;
            case SIZE, TIER_EVENT_SIZE, FILE_AGE, GROUP_AGE -> -1;
            default -> 0;
          };
      features.add(new Feature(quantity, Scaling.LOG1P, missing));
    }
    return new FeatureMap(features);
  }

  /** The features of this map with these names, in the order given. */
  public FeatureMap select(String... names) {
    List<Feature> chosen = new ArrayList<>();
    for (String name : names) {
      chosen.add(
          features.stream()
              .filter(f -> f.name().equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException("no feature '" + name + "' among " + names())));
    }
    return new FeatureMap(chosen);
  }

  /** Names of the features, in order. */
  public List<String> names() {
    return features.stream().map(Feature::name).toList();
  }

  /** Number of features. */
  public int size() {
    return features.size();
  }

  /**
   * The input of a model for one opening.
   *
   * @param access the opening; only its name, instant and size are looked at
   * @param stats what was known strictly before it
   * @return one scaled value per feature, in order
   */
  public float[] vectorOf(AccessRecord access, FileStats stats) {
    return vectorOf(access, LogicalFileName.parse(access.lfn()), stats);
  }

  /** The same for a name that is already parsed. */
  public float[] vectorOf(AccessRecord access, LogicalFileName name, FileStats stats) {
    Quantity.Question question = new Quantity.Question(access, name, stats);
    float[] vector = new float[features.size()];
    for (int i = 0; i < vector.length; i++) {
      Feature feature = features.get(i);
      Double value = feature.quantity().of(question);
      vector[i] = (float) (value == null ? feature.whenMissing() : feature.scaling().apply(value));
    }
    return vector;
  }

  /** SHA-256 over names, units, scalings and values when missing, in order; lower-case hex. */
  public String contentHash() {
    StringBuilder text = new StringBuilder("feature-map 1\n");
    for (Feature f : features) {
      text.append(f.name()).append('|').append(f.quantity().unit()).append('|');
      text.append(f.scaling()).append('|').append(f.whenMissing()).append('\n');
    }
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest(text.toString().getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The JSON form, with the content hash. */
  public JsonNode toJson() {
    ObjectNode root = JSON.createObjectNode();
    root.put("version", 1);
    root.put("sha256", contentHash());
    for (Feature f : features) {
      root.withArray("features")
          .addObject()
          .put("name", f.name())
          .put("unit", f.quantity().unit())
          .put("scaling", f.scaling().name().toLowerCase(Locale.ROOT))
          .put("when_missing", f.whenMissing());
    }
    return root;
  }

  /**
   * Reads the JSON form.
   *
   * @throws IllegalArgumentException when it is not one, names a quantity or unit that this code
   *     does not know, or does not match its content hash
   */
  public static FeatureMap fromJson(JsonNode root) {
    if (root.path("version").asInt() != 1 || !root.path("features").isArray()) {
      throw new IllegalArgumentException("not a feature map of version 1");
    }
    List<Feature> features = new ArrayList<>();
    for (JsonNode node : root.path("features")) {
      features.add(feature(node));
    }
    FeatureMap map = new FeatureMap(features);
    String told = root.path("sha256").asText();
    if (!told.equals(map.contentHash())) {
      throw new IllegalArgumentException(
          "feature map does not match its hash: told " + told + ", found " + map.contentHash());
    }
    return map;
  }

  /** Reads the JSON form from text; see {@link #fromJson(JsonNode)}. */
  public static FeatureMap fromJson(String json) {
    try {
      return fromJson(JSON.readTree(json));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a feature map: " + e.getOriginalMessage(), e);
    }
  }

  private static Feature feature(JsonNode node) {
    String name = node.path("name").asText();
    for (Quantity quantity : Quantity.values()) {
      if (quantity.word().equals(name)) {
        if (!quantity.unit().equals(node.path("unit").asText())) {
          throw new IllegalArgumentException(
              name + " is measured in " + quantity.unit() + ", not in " + node.path("unit"));
        }
        if (!node.path("when_missing").isNumber()) {
          throw new IllegalArgumentException(name + " has no number when_missing");
        }
        return new Feature(
            quantity, scaling(node.path("scaling").asText()), node.path("when_missing").asDouble());
      }
    }
    throw new IllegalArgumentException("unknown feature '" + name + "'");
  }

  private static Scaling scaling(String word) {
    for (Scaling scaling : Scaling.values()) {
      if (scaling.name().equalsIgnoreCase(word)) {
        return scaling;
      }
    }
    throw new IllegalArgumentException("unknown scaling '" + word + "'");
  }
}
