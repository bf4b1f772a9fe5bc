// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.channels;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;

/**
 * One message of the Jupyter protocol.
 *
 * @param identities routing prefix: where a reply goes, or the topic of what is published
 * @param header id, type, session, version
 * @param parent header of the request that caused it; empty where there is none
 * @param metadata free
 * @param content by message type
 * @param buffers raw data after the JSON parts
 */
public record WireMessage(
    List<byte[]> identities,
    JsonObject header,
    JsonObject parent,
    JsonObject metadata,
    JsonObject content,
    List<byte[]> buffers) {

  /** Protocol version that this kernel speaks. */
  public static final String PROTOCOL_VERSION = "5.5";

  private static final JsonObject NONE = new JsonObject();

  /** The message type, or an empty string. */
  public String type() {
    JsonElement type = header.get("msg_type");
    return type != null && type.isJsonPrimitive() ? type.getAsString() : "";
  }

  /** A reply that goes back to the sender of this request. */
  public WireMessage reply(String type, JsonObject content) {
    return new WireMessage(
        identities, newHeader(type, session(header)), header, new JsonObject(), content, List.of());
  }

  /** Something published on behalf of this request. */
  public WireMessage publication(String type, JsonObject content) {
    return publication(type, content, header);
  }

  /**
   * Something published.
   *
   * @param parent header of the request that caused it, empty where there is none
   */
  public static WireMessage publication(String type, JsonObject content, JsonObject parent) {
    byte[] topic = type.getBytes(StandardCharsets.UTF_8);
    return new WireMessage(
        List.of(topic),
        newHeader(type, session(parent)),
        parent,
        new JsonObject(),
        content,
        List.of());
  }

  /** The same message under another topic. */
  WireMessage under(byte[] topic) {
    return new WireMessage(List.of(topic), header, parent, metadata, content, buffers);
  }

  /** A message that no client sent: parent of what the kernel publishes before any request. */
  public static WireMessage none() {
    return new WireMessage(List.of(), NONE, NONE, NONE, NONE, List.of());
  }

  private static String session(JsonObject header) {
    JsonElement session = header.get("session");
    return session != null && session.isJsonPrimitive() ? session.getAsString() : "";
  }

  private static JsonObject newHeader(String type, String session) {
    JsonObject header = new JsonObject();
    header.addProperty("msg_id", UUID.randomUUID().toString());
    header.addProperty("msg_type", type);
    header.addProperty("username", "kernel");
    header.addProperty("session", session);
    header.addProperty("date", Instant.now().truncatedTo(ChronoUnit.MICROS).toString());
    header.addProperty("version", PROTOCOL_VERSION);
    return header;
  }
}
