// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.xrootd;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Passes the bytes of an answer on as they come, up to a number, and counts them. */
final class Receiver implements BodySubscriber<Long> {

  /** Takes bytes. */
  @FunctionalInterface
  interface Sink {
    void write(ByteBuffer piece) throws IOException;
  }

  private final Sink sink;
  private final long most;
  private final AtomicLong moved;
  private final CompletableFuture<Long> result = new CompletableFuture<>();
  private @Nullable Subscription subscription;

  /**
   * @param sink takes the bytes
   * @param most how many are taken; what comes after them is not waited for
   * @param moved counts them
   */
  Receiver(Sink sink, long most, AtomicLong moved) {
    this.sink = sink;
    this.most = most;
    this.moved = moved;
  }

  @Override
  public CompletionStage<Long> getBody() {
    return result;
  }

  @Override
  public void onSubscribe(Subscription newSubscription) {
    subscription = newSubscription;
    newSubscription.request(1);
  }

  @Override
  public void onNext(List<ByteBuffer> pieces) {
    Subscription source = subscription;
    try {
      for (ByteBuffer piece : pieces) {
        long room = most - moved.get();
        if (piece.remaining() > room) {
          piece.limit(piece.position() + (int) room);
        }
        int size = piece.remaining();
        sink.write(piece);
        moved.addAndGet(size);
      }
    } catch (IOException | RuntimeException e) {
      result.completeExceptionally(e);
    }
    if (moved.get() >= most) {
      result.complete(moved.get());
    }
    if (source != null) {
      if (result.isDone()) {
        source.cancel();
      } else {
        source.request(1);
      }
    }
  }

  @Override
  public void onError(Throwable fault) {
    result.completeExceptionally(fault);
  }

  @Override
  public void onComplete() {
    result.complete(moved.get());
  }
}
