// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What came back on a connection of its own until it was closed; nothing of it was looked at.
 *
 * @param status status of the last answer, 0 when there was none
 * @param head status line and headers
 * @param body what followed them
 */
record WireAnswer(int status, String head, String body) {

  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([1-5][0-9][0-9]) [^\r]*");
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int LIMIT_MILLIS = 20_000;

  /** Sends bytes on a new connection and reads all that comes until it is closed. */
  static WireAnswer to(URI address, byte[] request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), address.getPort())) {
      socket.setSoTimeout(LIMIT_MILLIS);
      socket.getOutputStream().write(request);
      socket.getOutputStream().flush();
      return read(socket.getInputStream());
    }
  }

  private static WireAnswer read(InputStream in) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] buffer = new byte[8 << 10];
    try {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        all.write(buffer, 0, count);
        if (isWhole(all)) {
          break;
        }
      }
    } catch (SocketException e) {
      // Closed hard, as the sidecar may once it has answered; what came before counts.
    }
    return of(all.toString(StandardCharsets.UTF_8));
  }

  /** Whether an answer that is not "100 Continue" is there with all of its body. */
  private static boolean isWhole(ByteArrayOutputStream all) {
    WireAnswer answer = of(all.toString(StandardCharsets.ISO_8859_1));
    Matcher length =
        Pattern.compile("(?i)content-length: *([0-9]+)").matcher(answer.head().strip());
    return answer.status() >= 200
        && length.find()
        && answer.body().length() >= Integer.parseInt(length.group(1));
  }

  private static WireAnswer of(String text) {
    String rest = text;
    while (rest.startsWith("HTTP/1.1 100 ") && rest.contains("\r\n\r\n")) {
      rest = rest.substring(rest.indexOf("\r\n\r\n") + 4);
    }
    int end = rest.indexOf("\r\n\r\n");
    Matcher line = STATUS.matcher(rest);
    if (end < 0 || !line.lookingAt()) {
      return new WireAnswer(0, rest, "");
    }
    return new WireAnswer(
        Integer.parseInt(line.group(1)), rest.substring(0, end), rest.substring(end + 4));
  }

  /** Whether the body is {@code {"error":"..."}} and nothing else. */
  boolean isError() {
    try {
      JsonNode json = JSON.readTree(body);
      return json.isObject() && json.size() == 1 && !json.path("error").asText().isBlank();
    } catch (IOException e) {
      return false;
    }
  }
}
