// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import java.nio.charset.StandardCharsets;

/**
 * Answers what is not HTTP before Vert.x sees it, which would close the connection without a word
 * or with an empty answer: lines, headers, versions, and bodies in chunks that are none. One for
 * each connection, used on its event loop.
 */
final class BrokenRequests extends ChannelDuplexHandler {

  private int unanswered;

  private BrokenRequests() {}

  /** Looks at what comes on a connection. */
  static void watch(HttpConnection connection) {
    if (connection instanceof HttpServerConnection server) {
      ChannelHandlerContext vertx = server.channelHandlerContext();
      vertx.pipeline().addBefore(vertx.name(), "broken-requests", new BrokenRequests());
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
    if (message instanceof HttpRequest) {
      unanswered++;
    }
    // One that comes while others before it wait is left alone: its answer would be taken for
    // theirs.
    if (message instanceof HttpObject part && unanswered == 1 && isBroken(part)) {
      ReferenceCountUtil.release(message);
      answer(context, part.decoderResult().cause());
      return;
    }
    super.channelRead(context, message);
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise)
      throws Exception {
    if (message instanceof HttpResponse response
        && !response.status().equals(HttpResponseStatus.CONTINUE)) {
      unanswered--;
    }
    super.write(context, message, promise);
  }

  private static boolean isBroken(HttpObject part) {
    if (part.decoderResult().isFailure()) {
      return true;
    }
    return part instanceof HttpRequest request
        && !request.protocolVersion().equals(HttpVersion.HTTP_1_1)
        && !request.protocolVersion().equals(HttpVersion.HTTP_1_0);
  }

  private void answer(ChannelHandlerContext context, Throwable cause) {
    HttpResponseStatus status = HttpResponseStatus.BAD_REQUEST;
    String message = "this is not a request of HTTP/1.1: its line, headers or chunks are malformed";
    if (cause instanceof TooLongHttpLineException) {
      status = HttpResponseStatus.REQUEST_URI_TOO_LONG;
      message = "the request line is longer than " + Doors.MAX_LINE_BYTES + " bytes";
    } else if (cause instanceof TooLongHttpHeaderException) {
      status = HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE;
      message = "the headers are longer than " + Doors.MAX_HEADER_BYTES + " bytes";
    }
    byte[] body =
        (JsonNodeFactory.instance.objectNode().put("error", message) + "\n")
            .getBytes(StandardCharsets.UTF_8);
    FullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
        .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
        .set(HttpHeaderNames.CONNECTION, "close");
    unanswered--;
    context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
  }
}
