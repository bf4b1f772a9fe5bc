// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.lang.System.Logger.Level;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.Consumer;
import org.decisionlab.sidecar.fault.RefusedException;
import org.jspecify.annotations.Nullable;

/** Answers in TFaaS's form: JSON, faults as {@code {"error":"..."}} with a newline. */
final class Replies {

  private static final System.Logger LOG = System.getLogger(Replies.class.getName());
  private static final String JSON = "application/json";

  /** How long a client that was answered early may go on sending, in milliseconds. */
  private static final long LINGER_MILLIS = 5_000;

  /** A body up to this size is read to its end also when nobody wants it. */
  private static final long SMALL_BODY = 64 << 10;

  private Replies() {}

  /** 200 with an empty body. */
  static void empty(RoutingContext context) {
    end(context, 200, null, Buffer.buffer());
  }

  /** 200 with JSON. */
  static void json(RoutingContext context, JsonNode body) {
    json(context, 200, body);
  }

  /** Any status with JSON. */
  static void json(RoutingContext context, int status, JsonNode body) {
    end(context, status, JSON, Buffer.buffer(body + "\n"));
  }

  /** 200 with bytes of a type that are ready to be sent. */
  static void buffer(RoutingContext context, String contentType, Buffer body) {
    end(context, 200, contentType, body);
  }

  /**
   * 200 with a file, sent as it is read. Vert.x's own way of sending a file forgets the request
   * when the client goes away at its beginning, so that it would count as under way for ever.
   */
  static void file(RoutingContext context, Path file) {
    HttpServerResponse response = context.response();
    context
        .vertx()
        .fileSystem()
        .open(file.toString(), new OpenOptions().setWrite(false).setCreate(false))
        .onFailure(context::fail)
        .onSuccess(
            source -> {
              if (response.closed() || context.failed()) {
                source.close();
                return;
              }
              response
                  .putHeader(HttpHeaders.CONTENT_TYPE, "application/octet-stream")
                  .putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(source.sizeBlocking()));
              source
                  .pipeTo(response)
                  .onFailure(fault -> context.request().connection().close())
                  .onComplete(done -> source.close());
            });
  }

  /** 200 with text of a type. */
  static void text(RoutingContext context, String contentType, String body) {
    end(context, 200, contentType, Buffer.buffer(body));
  }

  /** 200 with bytes of a type. */
  static void bytes(RoutingContext context, String contentType, byte[] body) {
    end(context, 200, contentType, Buffer.buffer(body));
  }

  /** Answers when a result is there; a fault fails the request. */
  static <T> void when(RoutingContext context, Future<T> result, Consumer<T> reply) {
    result.onComplete(
        done -> {
          if (context.failed() || context.response().ended()) {
            return;
          }
          if (done.failed()) {
            context.fail(done.cause());
            return;
          }
          try {
            reply.accept(done.result());
          } catch (RuntimeException e) {
            context.fail(e);
          }
        });
  }

  /** A fault with a message for the client. */
  static void error(RoutingContext context, int status, String message) {
    if (status == 503) {
      context.response().putHeader(HttpHeaders.RETRY_AFTER, "1");
    }
    json(context, status, JsonNodeFactory.instance.objectNode().put("error", message));
  }

  /** The failure of a route: what the client did wrong is told, a defect is logged. */
  static void failure(RoutingContext context) {
    Throwable fault = context.failure();
    if (fault instanceof RefusedException refused) {
      error(context, status(refused.reason()), refused.told());
    } else if (fault == null || isOfClient(context.statusCode())) {
      error(context, context.statusCode(), phrase(context, context.statusCode()));
    } else if (context.response().closed() && isOfGoneClient(fault)) {
      LOG.log(Level.DEBUG, "a client went away during its request");
    } else {
      String number = UUID.randomUUID().toString();
      LOG.log(
          Level.ERROR,
          "fault " + number + " at " + context.request().method() + " " + path(context),
          fault);
      error(context, 500, "internal fault; the sidecar's log tells more under " + number);
    }
  }

  /** The connection is closed, or the body was cleared away before it was worked on. */
  private static boolean isOfGoneClient(Throwable fault) {
    return fault instanceof HttpClosedException || fault instanceof NoSuchFileException;
  }

  private static boolean isOfClient(int status) {
    return status >= 400 && status < 500;
  }

  static int status(RefusedException.Reason reason) {
    return switch (reason) {
      case MALFORMED -> 400;
      case UNKNOWN -> 404;
      case TOO_LARGE -> 413;
      case UNSOUND -> 422;
      case CONFLICT -> 409;
      case FORBIDDEN -> 403;
      case TOO_LATE -> 408;
      case DAMAGED -> 500;
      case BUSY -> 503;
    };
  }

  /** The words for faults that come from the web framework. */
  static String phrase(RoutingContext context, int status) {
    return switch (status) {
      case 400 -> "the request is malformed";
      case 404 -> "nothing is at " + path(context);
      case 405 -> context.request().method() + " is not possible at " + path(context);
      case 408 -> "the request did not arrive, or could not be answered, in time";
      case 413 -> "the body is too large";
      default -> "status " + status;
    };
  }

  /** The path that was asked for, as it was written where that is not even a path. */
  static String path(RoutingContext context) {
    try {
      return String.valueOf(context.normalizedPath());
    } catch (IllegalArgumentException e) {
      return String.valueOf(context.request().path());
    }
  }

  private static void end(
      RoutingContext context, int status, @Nullable String contentType, Buffer body) {
    HttpServerResponse response = context.response();
    if (response.ended() || response.closed()) {
      return;
    }
    HttpServerRequest request = context.request();
    boolean early = !request.isEnded() && hasBody(request);
    if (contentType != null) {
      response.putHeader(HttpHeaders.CONTENT_TYPE, contentType);
    }
    boolean kept = early && isSmall(request);
    if (early && !kept) {
      response.putHeader(HttpHeaders.CONNECTION, "close");
    }
    response.setStatusCode(status).end(body);
    if (early) {
      linger(context, request, kept);
    }
  }

  private static boolean hasBody(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null
        || (length != null && !length.equals("0"));
  }

  /**
   * Whether what is left of a body is so little that reading it costs less than a new connection,
   * of which a sidecar that turns many away would get even more.
   */
  private static boolean isSmall(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return length != null
        && Bodies.isCount(length)
        && Long.parseLong(length) <= SMALL_BODY
        && request.getHeader(HttpHeaders.TRANSFER_ENCODING) == null
        && request.getHeader(HttpHeaders.EXPECT) == null;
  }

  /**
   * Reads on for a moment, so that a client that is still sending gets to see the answer.
   *
   * @param kept whether the connection may be used again when the body has come in time
   */
  private static void linger(RoutingContext context, HttpServerRequest request, boolean kept) {
    Vertx vertx = context.vertx();
    request.handler(ignored -> {}).exceptionHandler(ignored -> {});
    long timer = vertx.setTimer(LINGER_MILLIS, late -> request.connection().close());
    if (kept) {
      request.endHandler(end -> vertx.cancelTimer(timer));
    }
    request.resume();
  }
}
