// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.bundle;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.decisionlab.core.feature.FeatureMap;
import org.decisionlab.models.ModelFormatException;

/** The JSON form of a model card: instants and durations in ISO 8601, names in snake case. */
final class CardJson {

  private static final int FORMAT = 1;

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .addModule(types())
          .build();

  private CardJson() {}

  static String write(ModelCard card) {
    ObjectNode root = MAPPER.createObjectNode().put("format", FORMAT);
    root.setAll((ObjectNode) MAPPER.valueToTree(card));
    try {
      return indented().writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a model card can always be written", e);
    }
  }

  static ModelCard read(String json) throws ModelFormatException {
    try {
      JsonNode root = MAPPER.readTree(json);
      if (root.path("format").asInt() != FORMAT) {
        throw new ModelFormatException(
            "model-card.json must say \"format\": " + FORMAT + ", found " + root.path("format"));
      }
      root.path("statistics").forEach(CardJson::withBins);
      withMachine(root.path("provenance"));
      withMissing(root);
      return MAPPER.treeToValue(root, ModelCard.class);
    } catch (JsonProcessingException e) {
      throw new ModelFormatException("model-card.json: " + e.getOriginalMessage(), e);
    }
  }

  /** Cards were written without bins at first. */
  private static void withBins(JsonNode statistics) {
    if (statistics instanceof ObjectNode object && !object.has("edges")) {
      object.putArray("edges");
      object.putArray("shares");
    }
  }

  /** Cards told neither hardware nor settings at first. */
  private static void withMachine(JsonNode provenance) {
    if (provenance instanceof ObjectNode object) {
      for (String name : List.of("hardware", "settings")) {
        if (!object.has(name)) {
          object.putObject(name);
        }
      }
    }
  }

  /** Cards did not tell at first which features may be missing. */
  private static void withMissing(JsonNode card) {
    if (card instanceof ObjectNode object && !object.has("may_be_missing")) {
      object.putArray("may_be_missing");
    }
  }

  private static ObjectWriter indented() {
    DefaultIndenter lines = new DefaultIndenter("  ", "\n");
    return MAPPER.writer(new DefaultPrettyPrinter().withObjectIndenter(lines));
  }

  private static SimpleModule types() {
    return new SimpleModule("model-card")
        .addSerializer(Instant.class, ToStringSerializer.instance)
        .addSerializer(Duration.class, ToStringSerializer.instance)
        .addSerializer(FeatureMap.class, new FeatureMapWriter())
        .addDeserializer(Instant.class, new TextReader<>(Instant.class, Instant::parse))
        .addDeserializer(Duration.class, new TextReader<>(Duration.class, Duration::parse))
        .addDeserializer(FeatureMap.class, new FeatureMapReader());
  }

  private static final class FeatureMapWriter extends StdSerializer<FeatureMap> {
    private static final long serialVersionUID = 1L;

    FeatureMapWriter() {
      super(FeatureMap.class);
    }

    @Override
    public void serialize(FeatureMap map, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeTree(map.toJson());
    }
  }

  private static final class FeatureMapReader extends StdDeserializer<FeatureMap> {
    private static final long serialVersionUID = 1L;

    FeatureMapReader() {
      super(FeatureMap.class);
    }

    @Override
    public FeatureMap deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      JsonNode tree = context.readTree(parser);
      try {
        return FeatureMap.fromJson(tree);
      } catch (IllegalArgumentException e) {
        return context.reportInputMismatch(FeatureMap.class, "features: %s", e.getMessage());
      }
    }
  }

  /** A number, or null where it is missing. */
  static final class MissingWriter extends StdSerializer<Float> {
    private static final long serialVersionUID = 1L;

    MissingWriter() {
      super(Float.class);
    }

    @Override
    public void serialize(Float value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      if (value.isNaN()) {
        out.writeNull();
      } else {
        out.writeNumber(value);
      }
    }
  }

  /** The reverse of {@link MissingWriter}. */
  static final class MissingReader extends StdDeserializer<Float> {
    private static final long serialVersionUID = 1L;

    MissingReader() {
      super(Float.class);
    }

    @Override
    public Float deserialize(JsonParser parser, DeserializationContext context) throws IOException {
      if (!parser.currentToken().isNumeric()) {
        return context.reportInputMismatch(
            Float.class, "'%s' is neither a number nor null", parser.getText());
      }
      return parser.getFloatValue();
    }

    @Override
    public Float getNullValue(DeserializationContext context) {
      return Float.NaN;
    }
  }

  private static final class TextReader<T> extends StdDeserializer<T> {
    private static final long serialVersionUID = 1L;
    private final transient Function<String, T> parse;

    TextReader(Class<T> type, Function<String, T> parse) {
      super(type);
      this.parse = parse;
    }

    @Override
    public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
      String text = parser.getValueAsString("");
      try {
        return parse.apply(text);
      } catch (DateTimeException e) {
        return context.reportInputMismatch(
            handledType(),
            "'%s' is no %s as ISO 8601 writes it",
            text,
            handledType().getSimpleName());
      }
    }
  }
}
