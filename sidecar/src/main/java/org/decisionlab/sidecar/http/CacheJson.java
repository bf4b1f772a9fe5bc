// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.decisionlab.core.decision.CacheDecision;
import org.decisionlab.sidecar.decide.Answer;
import org.decisionlab.sidecar.decide.DecisionModel;
import org.decisionlab.sidecar.decide.Explanation;
import org.decisionlab.sidecar.decide.PurgeOrder;

/** Writes what caches are answered, without a tree: answers are many, or long. */
final class CacheJson {

  private static final JsonFactory JSON = new JsonFactory();
  private static final int BYTES_OF_ONE = 256;

  private CacheJson() {}

  @FunctionalInterface
  private interface Writing {
    void write(JsonGenerator json) throws IOException;
  }

  /**
   * One answer.
   *
   * @param open whether it may be told by which model, and what its answer rests on
   */
  static Buffer answer(Answer answer, boolean open) {
    return written(BYTES_OF_ONE, json -> write(json, answer, open));
  }

  /**
   * Answers about many files.
   *
   * @param open of which it may be told by which model, and what they rest on
   */
  static Buffer answers(List<Answer> answers, Predicate<Answer> open) {
    return written(
        BYTES_OF_ONE * answers.size(),
        json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("answers");
          for (Answer answer : answers) {
            write(json, answer, open.test(answer));
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  /**
   * An order of files.
   *
   * @param withEnough whether it was asked how many of them are enough
   * @param open whether it may be told by which model, and what it gave them
   */
  static Buffer order(PurgeOrder found, boolean withEnough, boolean open) {
    return written(32 * found.order().length, json -> write(json, found, withEnough, open));
  }

  private static void write(JsonGenerator json, PurgeOrder found, boolean withEnough, boolean open)
      throws IOException {
    DecisionModel by = found.model();
    json.writeStartObject();
    json.writeStringField("why", by == null ? "default" : "model");
    if (by != null && open) {
      json.writeStringField("model", by.name());
      json.writeNumberField("version", by.version());
    }
    json.writeFieldName("order");
    json.writeArray(found.order(), 0, found.order().length);
    if (by != null && open) {
      json.writeArrayFieldStart("scores");
      for (double score : found.scores()) {
        json.writeNumber((float) score);
      }
      json.writeEndArray();
    }
    if (withEnough) {
      json.writeFieldName("enough");
      json.writeObject(found.enough());
    }
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Answer answer, boolean open) throws IOException {
    CacheDecision decision = answer.decision();
    json.writeStartObject();
    json.writeBooleanField("store", decision.store());
    json.writeNumberField("ttl_s", answer.ttlSeconds());
    String model = decision.model();
    Integer version = decision.version();
    if (model != null && version != null && open) {
      json.writeStringField("model", model);
      json.writeNumberField("version", version);
    }
    json.writeStringField("why", decision.reason().name().toLowerCase(Locale.ROOT));
    Explanation explanation = answer.explanation();
    if (explanation != null && open) {
      json.writeNumberField("score", explanation.score());
      json.writeNumberField("threshold", explanation.threshold());
      json.writeObjectFieldStart("features");
      for (int i = 0; i < explanation.values().length; i++) {
        json.writeNumberField(explanation.names().get(i), explanation.values()[i]);
      }
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static Buffer written(int bytes, Writing writing) {
    try (ByteArrayBuilder out = new ByteArrayBuilder(Math.max(bytes, BYTES_OF_ONE))) {
      try (JsonGenerator json = JSON.createGenerator(out)) {
        writing.write(json);
      }
      out.append('\n');
      return Buffer.buffer(out.toByteArray());
    } catch (IOException e) {
      throw new IllegalStateException("memory could not be written", e);
    }
  }
}
