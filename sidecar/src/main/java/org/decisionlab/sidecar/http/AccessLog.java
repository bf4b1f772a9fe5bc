// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.function.Consumer;

/**
 * One line of JSON for each request: who asked what, and how it went. Neither query, headers nor
 * bodies are written, so no token, row or file name of a cache can be in it.
 */
public final class AccessLog {

  private static final double NANOS_PER_MILLI = 1e6;
  private static final int MAX_PATH = 500;

  private final Consumer<String> lines;
  private final Clock clock;

  /** A log that writes its lines to somewhere that does not block. */
  public AccessLog(Consumer<String> lines, Clock clock) {
    this.lines = lines;
    this.clock = clock;
  }

  void add(RoutingContext context, String route, long nanos) {
    HttpServerRequest request = context.request();
    SocketAddress client = request.remoteAddress();
    String path = Replies.path(context);
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("time", clock.instant().toString());
    line.put("method", request.method().name());
    line.put("path", path.length() > MAX_PATH ? path.substring(0, MAX_PATH) : path);
    line.put("route", route);
    line.put("status", context.response().getStatusCode());
    line.put("milliseconds", nanos / NANOS_PER_MILLI);
    line.put("bytes_in", request.bytesRead());
    line.put("bytes_out", context.response().bytesWritten());
    line.put("client", client == null ? "" : client.hostAddress());
    line.put("identity", Guard.nameOf(context));
    line.put("user", Guard.userOf(context));
    lines.accept(line.toString());
  }
}
