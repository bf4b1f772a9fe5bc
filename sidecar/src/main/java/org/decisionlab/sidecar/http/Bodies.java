// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.fault.RefusedException.Reason;
import org.jspecify.annotations.Nullable;

/** Receives bodies whatever their content type says, up to a limit. */
final class Bodies {

  /** Of a length that fits into 64 bits. */
  private static final int MAX_DIGITS = 18;

  private Bodies() {}

  /**
   * Receives a small body into memory.
   *
   * @param limit largest body in bytes
   * @param then what to do with it; what it throws fails the context
   */
  static void receive(RoutingContext context, long limit, Consumer<byte[]> then) {
    HttpServerRequest request = context.request();
    if (refusedByLength(context, limit)) {
      return;
    }
    Received received = new Received();
    request.handler(
        chunk -> {
          if (context.failed()) {
            return;
          }
          if (received.length + chunk.length() > limit) {
            context.fail(tooLarge(limit));
          } else {
            received.add(chunk);
          }
        });
    request.exceptionHandler(fault -> failOnce(context, fault));
    request.endHandler(
        end -> {
          if (!context.failed()) {
            run(context, () -> then.accept(received.bytes()));
          }
        });
  }

  /** A body in memory; most are one chunk, which is not copied into another. */
  private static final class Received {
    private @Nullable Buffer only;
    private @Nullable Buffer all;
    private long length;

    void add(Buffer chunk) {
      length += chunk.length();
      if (all != null) {
        all.appendBuffer(chunk);
      } else if (only != null) {
        all = Buffer.buffer().appendBuffer(only).appendBuffer(chunk);
      } else {
        only = chunk;
      }
    }

    byte[] bytes() {
      Buffer received = all == null ? only : all;
      return received == null ? new byte[0] : received.getBytes();
    }
  }

  /**
   * Receives a body into a new file.
   *
   * @param limit largest body in bytes
   * @param file where to write it; it must not exist
   * @param then what to do when it is complete; what it throws fails the context
   */
  static void receive(RoutingContext context, long limit, Path file, Runnable then) {
    HttpServerRequest request = context.request();
    if (refusedByLength(context, limit)) {
      return;
    }
    request.pause();
    context
        .vertx()
        .fileSystem()
        .open(file.toString(), new OpenOptions().setCreateNew(true).setWrite(true))
        .onFailure(context::fail)
        .onSuccess(
            target -> {
              write(context, limit, target, then);
              request.resume();
            });
  }

  private static void write(RoutingContext context, long limit, AsyncFile target, Runnable then) {
    HttpServerRequest request = context.request();
    Arrival arrival = new Arrival(context, target, then);
    context.addEndHandler(done -> target.close());
    request.handler(
        chunk -> {
          if (context.failed()) {
            return;
          }
          arrival.received += chunk.length();
          if (arrival.received > limit) {
            context.fail(tooLarge(limit));
            return;
          }
          arrival.write(chunk);
          if (target.writeQueueFull()) {
            request.pause();
            target.drainHandler(drained -> request.resume());
          }
        });
    request.exceptionHandler(fault -> failOnce(context, fault));
    request.endHandler(end -> arrival.end());
  }

  /**
   * A body on its way into a file. Flushing a file does not wait for writes that are under way, so
   * they are counted. Used on one event loop.
   */
  private static final class Arrival {
    private final RoutingContext context;
    private final AsyncFile target;
    private final Runnable then;
    private long received;
    private int writing;
    private boolean ended;

    Arrival(RoutingContext context, AsyncFile target, Runnable then) {
      this.context = context;
      this.target = target;
      this.then = then;
    }

    void write(Buffer chunk) {
      writing++;
      target
          .write(chunk)
          .onFailure(fault -> failOnce(context, fault))
          .onSuccess(
              written -> {
                writing--;
                finish();
              });
    }

    void end() {
      ended = true;
      finish();
    }

    private void finish() {
      if (ended && writing == 0 && !context.failed()) {
        run(context, then);
      }
    }
  }

  private static boolean refusedByLength(RoutingContext context, long limit) {
    String told = context.request().getHeader("Content-Length");
    if (told != null && isCount(told) && Long.parseLong(told) > limit) {
      context.fail(tooLarge(limit));
      return true;
    }
    return false;
  }

  /** Whether a header tells a length. */
  static boolean isCount(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return !text.isEmpty() && text.length() <= MAX_DIGITS;
  }

  private static RefusedException tooLarge(long limit) {
    return new RefusedException(
        Reason.TOO_LARGE, "the body is larger than " + limit + " bytes, the most accepted here");
  }

  private static void failOnce(RoutingContext context, Throwable fault) {
    if (!context.failed()) {
      context.fail(fault);
    }
  }

  private static void run(RoutingContext context, Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      context.fail(e);
    }
  }
}
