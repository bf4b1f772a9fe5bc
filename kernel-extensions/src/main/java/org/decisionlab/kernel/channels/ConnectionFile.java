// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.channels;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a kernel binds its sockets and how messages are signed, as a Jupyter server wrote it.
 *
 * @param transport {@code tcp} or {@code ipc}
 * @param ip address to bind, or path prefix of the sockets under {@code ipc}
 * @param shellPort port of requests
 * @param controlPort port of requests that overtake
 * @param stdinPort port of input requests
 * @param iopubPort port of published output
 * @param hbPort port of the heart beat
 * @param signatureScheme such as {@code hmac-sha256}
 * @param key shared secret; messages are not signed when it is empty
 * @param curve keys of the encryption of all sockets; {@code null} for none
 */
public record ConnectionFile(
    String transport,
    String ip,
    int shellPort,
    int controlPort,
    int stdinPort,
    int iopubPort,
    int hbPort,
    String signatureScheme,
    String key,
    @Nullable CurveKeys curve) {

  /** Reads a connection file; the error names every field that is missing or wrong. */
  public static ConnectionFile read(Path file) throws IOException {
    String text = Files.readString(file);
    try {
      return parse(text);
    } catch (IllegalArgumentException e) {
      throw new IOException("connection file " + file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Parses the JSON text of a connection file.
   *
   * @throws IllegalArgumentException if fields are missing or wrong
   */
  public static ConnectionFile parse(String text) {
    JsonObject json;
    try {
      json = JsonParser.parseString(text).getAsJsonObject();
    } catch (JsonParseException | IllegalStateException e) {
      throw new IllegalArgumentException("not a JSON object: " + e.getMessage(), e);
    }
    Fields fields = new Fields(json, new ArrayList<>());
    ConnectionFile file =
        new ConnectionFile(
            fields.text("transport", "tcp"),
            fields.text("ip", null),
            fields.port("shell_port"),
            fields.port("control_port"),
            fields.port("stdin_port"),
            fields.port("iopub_port"),
            fields.port("hb_port"),
            fields.text("signature_scheme", "hmac-sha256"),
            fields.text("key", ""),
            fields.curve());
    if (!List.of("tcp", "ipc").contains(file.transport)) {
      fields.problems.add("transport must be tcp or ipc, not '" + file.transport + "'");
    }
    if (!fields.problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", fields.problems));
    }
    return file;
  }

  /** The ZeroMQ address of one of the ports. */
  public String address(int port) {
    return transport + "://" + ip + (transport.equals("ipc") ? "-" : ":") + port;
  }

  @Override
  public String toString() {
    return "ConnectionFile[" + transport + "://" + ip + ", shell " + shellPort + "]";
  }

  /** Fields of the file with the problems found in them. */
  private record Fields(JsonObject json, List<String> problems) {

    String text(String name, @Nullable String fallback) {
      JsonElement value = json.get(name);
      if (value != null && value.isJsonPrimitive()) {
        return value.getAsString();
      }
      if (fallback != null) {
        return fallback;
      }
      problems.add(name + " is missing");
      return "";
    }

    /** Both keys or none: half a pair would leave the sockets open in silence. */
    @Nullable CurveKeys curve() {
      String publicKey = text("curve_publickey", "");
      String secretKey = text("curve_secretkey", "");
      if (publicKey.isEmpty() && secretKey.isEmpty()) {
        return null;
      }
      try {
        return new CurveKeys(publicKey, secretKey);
      } catch (IllegalArgumentException e) {
        problems.add(String.valueOf(e.getMessage()));
        return null;
      }
    }

    int port(String name) {
      JsonElement value = json.get(name);
      try {
        int port = value == null ? -1 : value.getAsInt();
        if (port >= 1 && port <= 65_535) {
          return port;
        }
      } catch (NumberFormatException | UnsupportedOperationException | IllegalStateException e) {
        // reported below with the value
      }
      problems.add(name + " must be a port from 1 to 65535, not " + value);
      return 0;
    }
  }
}
