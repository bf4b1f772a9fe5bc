// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;
import org.apache.tomcat.util.net.ApplicationBufferHandler;

/**
 * Lets no thread wait for the rest of a body after the answer. Tomcat reads it to keep the
 * connection for the next request, so whoever announces a body and does not send it would hold a
 * thread, whatever was asked and without being known. Here the rest is taken as far as it has come;
 * where that is not all, the connection ends.
 */
final class UnreadBodies extends ValveBase {

  private static final System.Logger LOG = System.getLogger(UnreadBodies.class.getName());
  private static final int MOST_BYTES = 64 << 10;

  /** Takes what comes, and keeps nothing of it. */
  private static final class Dropped implements ApplicationBufferHandler {
    private ByteBuffer last = ByteBuffer.allocate(0);

    @Override
    public void setByteBuffer(ByteBuffer buffer) {
      last = buffer;
    }

    @Override
    public ByteBuffer getByteBuffer() {
      return last;
    }

    @Override
    public void expand(int size) {}
  }

  UnreadBodies() {
    super(true);
  }

  @Override
  public void invoke(Request request, Response response) throws IOException, ServletException {
    try {
      getNext().invoke(request, response);
    } finally {
      if (!hasEnded(request)) {
        request.getCoyoteRequest().action(ActionCode.DISABLE_SWALLOW_INPUT, null);
      }
    }
  }

  private static boolean hasEnded(Request request) {
    try {
      long length = request.getContentLengthLong();
      if (length > 0 && length <= MOST_BYTES) {
        Dropped dropped = new Dropped();
        int more = 1;
        while (more > 0 && !isWhole(request) && hasMore(request)) {
          more = request.getCoyoteRequest().doRead(dropped);
        }
      }
      return isWhole(request);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "the rest of a body is not read", e);
      return false;
    }
  }

  private static boolean isWhole(Request request) {
    AtomicBoolean whole = new AtomicBoolean();
    request.getCoyoteRequest().action(ActionCode.REQUEST_BODY_FULLY_READ, whole);
    return whole.get();
  }

  private static boolean hasMore(Request request) {
    request.getCoyoteRequest().action(ActionCode.AVAILABLE, true);
    return request.getCoyoteRequest().getAvailable() > 0;
  }
}
