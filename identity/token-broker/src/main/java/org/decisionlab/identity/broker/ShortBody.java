// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;

/**
 * The body of a question, which must say how long it is, be short, and come soon. The web server
 * itself limits only the time from one byte to the next, and a chunk may have words beside its
 * length that come one by one.
 */
final class ShortBody {

  private static final int MOST_BYTES = 16 << 10;

  private ShortBody() {}

  /** Reads it. */
  static byte[] of(HttpServletRequest request) throws IOException, BrokerProblem {
    if (request.getHeader("Transfer-Encoding") != null) {
      throw BrokerProblem.badRequest(
          "the body must come in one piece, with Content-Length, and not in chunks");
    }
    long length = Math.max(0, request.getContentLengthLong());
    if (length > MOST_BYTES) {
      throw BrokerProblem.badRequest("the body is longer than " + MOST_BYTES + " bytes");
    }
    byte[] body = new byte[(int) length];
    Deadline deadline = Deadline.in(Waits.BODY);
    InputStream in = request.getInputStream();
    int read = 0;
    for (int more = 0; read < body.length && more >= 0; read += Math.max(0, more)) {
      if (deadline.isOver()) {
        throw BrokerProblem.slow(
            "of the body only "
                + read
                + " of "
                + body.length
                + " bytes have come in "
                + Waits.BODY.toSeconds()
                + " s");
      }
      more = in.read(body, read, body.length - read);
    }
    if (read < body.length) {
      throw BrokerProblem.badRequest("the body ends before its Content-Length");
    }
    return body;
  }
}
