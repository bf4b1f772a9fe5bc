// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import io.vertx.core.Context;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Answers that may come from another thread. */
final class Later {

  private Later() {}

  /**
   * Replies when an answer is there: at once where it is, else on the event loop of the request.
   *
   * @param reply writes the reply; what it throws fails the context, as a failure of the stage does
   */
  static <T> void reply(RoutingContext context, CompletionStage<T> stage, Consumer<T> reply) {
    CompletableFuture<T> answer = stage.toCompletableFuture();
    if (answer.isDone()) {
      finish(context, answer, reply);
      return;
    }
    Context loop = context.vertx().getOrCreateContext();
    var unused =
        answer.whenComplete(
            (done, fault) -> loop.runOnContext(later -> finish(context, answer, reply)));
  }

  private static <T> void finish(
      RoutingContext context, CompletableFuture<T> answer, Consumer<T> reply) {
    try {
      T value = answer.join();
      if (!context.failed()) {
        reply.accept(value);
      }
    } catch (CompletionException e) {
      fail(context, e.getCause() == null ? e : e.getCause());
    } catch (RuntimeException e) {
      fail(context, e);
    }
  }

  private static void fail(RoutingContext context, Throwable fault) {
    if (!context.failed()) {
      context.fail(fault);
    }
  }
}
