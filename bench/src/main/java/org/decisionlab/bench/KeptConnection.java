// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.bench;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One HTTP/1.1 connection that is kept: request, answer, request. It knows what the measured
 * servers send, bodies with a length, and costs little beside them. Not thread safe.
 */
final class KeptConnection implements Closeable {

  private static final int LIMIT_MILLIS = 60_000;
  private static final String LENGTH = "content-length:";
  private static final String RETRY = "retry-after:";
  private static final String CLOSE = "connection: close";

  private final Socket socket;
  private final InputStream in;
  private final String host;
  private final StringBuilder line = new StringBuilder();

  /** An answer; the body in an array, as it came. */
  @SuppressWarnings("ArrayRecordComponent")
  record Reply(int status, boolean saysWhenToRetry, boolean closes, byte[] body) {

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  KeptConnection(URI server) throws IOException {
    socket = new Socket(server.getHost(), server.getPort());
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(LIMIT_MILLIS);
    in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
    host = server.getAuthority();
  }

  /** A request as it goes over the line. */
  byte[] request(String method, String path, String more, byte[] body) {
    String head =
        method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\n" + more + "Content-Length: ";
    byte[] start = (head + body.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    byte[] request = new byte[start.length + body.length];
    System.arraycopy(start, 0, request, 0, start.length);
    System.arraycopy(body, 0, request, start.length, body.length);
    return request;
  }

  byte[] json(String path, String body) {
    return request(
        "POST", path, "Content-Type: application/json\r\n", body.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends a request and waits for its answer. */
  Reply ask(byte[] request) throws IOException {
    socket.getOutputStream().write(request);
    int status = Integer.parseInt(line().substring(9, 12));
    int length = 0;
    boolean retry = false;
    boolean closes = false;
    for (String header = line(); !header.isEmpty(); header = line()) {
      String lower = header.toLowerCase(Locale.ROOT);
      if (lower.startsWith(LENGTH)) {
        length = Integer.parseInt(lower.substring(LENGTH.length()).trim());
      }
      retry |= lower.startsWith(RETRY);
      closes |= lower.equals(CLOSE);
    }
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException("the server closed the connection within a body");
    }
    return new Reply(status, retry, closes, body);
  }

  /** The body of an answer that must be 200. */
  Reply right(byte[] request) throws IOException {
    Reply reply = ask(request);
    if (reply.status() != 200) {
      throw new IOException("status " + reply.status() + ": " + reply.text());
    }
    return reply;
  }

  private String line() throws IOException {
    line.setLength(0);
    for (int letter = in.read(); letter != '\n'; letter = in.read()) {
      if (letter < 0) {
        throw new EOFException("the server closed the connection");
      }
      if (letter != '\r') {
        line.append((char) letter);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
