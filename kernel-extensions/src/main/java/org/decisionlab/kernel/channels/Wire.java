// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.channels;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Turns messages into signed frames and frames into verified messages. Thread safe. */
public final class Wire {

  private static final byte[] DELIMITER = "<IDS|MSG>".getBytes(UTF_8);
  private static final int JSON_PARTS = 4;

  private final Gson gson = new GsonBuilder().disableHtmlEscaping().serializeNulls().create();
  private final Signature signature;

  Wire(Signature signature) {
    this.signature = signature;
  }

  /** The wire of a connection: messages are signed with its key. */
  public static Wire of(ConnectionFile connection) {
    return new Wire(new Signature(connection.signatureScheme(), connection.key()));
  }

  /** The frames of a message, ready to be sent. */
  public List<byte[]> encode(WireMessage message) {
    List<byte[]> parts =
        List.of(
            json(message.header()),
            json(message.parent()),
            json(message.metadata()),
            json(message.content()));
    List<byte[]> frames = new ArrayList<>(message.identities());
    frames.add(DELIMITER);
    frames.add(signature.sign(parts).getBytes(UTF_8));
    frames.addAll(parts);
    frames.addAll(message.buffers());
    return frames;
  }

  /**
   * Reads a message.
   *
   * @throws WireException if it is not a message or its signature is wrong
   */
  public WireMessage decode(List<byte[]> frames) throws WireException {
    int delimiter = 0;
    while (delimiter < frames.size() && !Arrays.equals(frames.get(delimiter), DELIMITER)) {
      delimiter++;
    }
    int first = delimiter + 2;
    if (frames.size() < first + JSON_PARTS) {
      throw new WireException("a message of " + frames.size() + " frames is not complete");
    }
    List<byte[]> parts = frames.subList(first, first + JSON_PARTS);
    if (!signature.verify(new String(frames.get(delimiter + 1), UTF_8), parts)) {
      throw new WireException("a message has a wrong signature");
    }
    return new WireMessage(
        List.copyOf(frames.subList(0, delimiter)),
        object(parts.get(0)),
        object(parts.get(1)),
        object(parts.get(2)),
        object(parts.get(3)),
        List.copyOf(frames.subList(first + JSON_PARTS, frames.size())));
  }

  private byte[] json(JsonObject object) {
    return gson.toJson(object).getBytes(UTF_8);
  }

  private static JsonObject object(byte[] json) throws WireException {
    try {
      return JsonParser.parseString(new String(json, UTF_8)).getAsJsonObject();
    } catch (JsonParseException | IllegalStateException | StackOverflowError e) {
      throw new WireException("a message part is not a JSON object: " + e);
    }
  }
}
