// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A connection on which any bytes can be sent, at any pace. */
final class RawConnection implements AutoCloseable {

  private static final int LIMIT_MILLIS = 60_000;

  private final Socket socket;

  RawConnection(URI address) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), address.getPort());
    socket.setSoTimeout(LIMIT_MILLIS);
  }

  RawConnection send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  RawConnection send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  /** The head of the answer, up to the empty line, without its body. */
  String head() throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    InputStream in = socket.getInputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new AssertionError("closed without an answer after '" + head + "'");
      }
      head.write(next);
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  /** The head and the body that its length tells. */
  String answer() throws IOException {
    String head = head();
    String length = head.replaceAll("(?is).*content-length: *([0-9]+).*", "$1");
    byte[] body = socket.getInputStream().readNBytes(Integer.parseInt(length));
    return head + new String(body, StandardCharsets.UTF_8);
  }

  /** How much still comes before the other side ends the connection. */
  long bytesToTheEnd() throws IOException {
    byte[] some = new byte[1 << 16];
    long all = 0;
    try {
      for (int got = socket.getInputStream().read(some); got >= 0; ) {
        all += got;
        got = socket.getInputStream().read(some);
      }
    } catch (SocketTimeoutException e) {
      throw new AssertionError("the connection was not ended after " + all + " bytes", e);
    } catch (SocketException e) {
      // Ended with bytes that had not been taken.
    }
    return all;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
