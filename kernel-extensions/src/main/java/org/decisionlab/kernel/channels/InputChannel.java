// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.channels;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/**
 * Asks the user for input. The socket belongs to one thread that is never interrupted; who asks
 * waits for it and can be.
 */
public final class InputChannel {

  private static final Logger LOG = LoggerFactory.getLogger(InputChannel.class);
  private static final int SLICE_MS = 100;

  private final ZMQ.Socket socket;
  private final Wire wire;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread stdin = new Thread(task, "stdin");
            stdin.setDaemon(true);
            return stdin;
          });

  private volatile boolean isOpen = true;

  InputChannel(ZMQ.Context context, Wire wire) {
    this.socket = context.socket(SocketType.ROUTER);
    this.socket.setLinger(0);
    this.socket.setReceiveTimeOut(SLICE_MS);
    this.wire = wire;
  }

  void bind(Binder binder, int port) {
    binder.bind(socket, port);
  }

  void close() {
    isOpen = false;
    thread.execute(socket::close);
    thread.shutdown();
  }

  /**
   * What is asked.
   *
   * @param request the execute request of the cell that asks
   * @param prompt shown to the user
   * @param hidden whether what is typed is not shown
   */
  public record Question(WireMessage request, String prompt, boolean hidden) {

    private WireMessage message() {
      JsonObject content = new JsonObject();
      content.addProperty("prompt", prompt);
      content.addProperty("password", hidden);
      return request.reply("input_request", content);
    }
  }

  /**
   * Asks for a line; several questions are asked one after the other.
   *
   * @param question what is asked
   * @param open whether the question can still be answered; asked all the time
   * @return the line without its end, or nothing when it can no longer be answered
   * @throws InterruptedException if the asking thread is interrupted
   */
  public Optional<String> ask(Question question, BooleanSupplier open) throws InterruptedException {
    AtomicBoolean wanted = new AtomicBoolean(true);
    BooleanSupplier lives = () -> wanted.get() && isOpen && open.getAsBoolean();
    Future<Optional<String>> answer = thread.submit(() -> exchange(question.message(), lives));
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the request for input failed", e.getCause());
    } finally {
      wanted.set(false);
    }
  }

  private Optional<String> exchange(WireMessage question, BooleanSupplier lives) {
    if (!lives.getAsBoolean()) {
      return Optional.empty();
    }
    drain();
    List<byte[]> frames = wire.encode(question);
    for (int i = 0; i < frames.size(); i++) {
      socket.send(frames.get(i), i < frames.size() - 1 ? ZMQ.SNDMORE : 0);
    }
    while (lives.getAsBoolean()) {
      byte[] first = socket.recv();
      if (first != null) {
        JsonElement value = content(first).get("value");
        if (value != null && value.isJsonPrimitive()) {
          return Optional.of(value.getAsString());
        }
      }
    }
    return Optional.empty();
  }

  /** Drops answers to questions that nobody waits for any more. */
  private void drain() {
    byte[] first = socket.recv(ZMQ.DONTWAIT);
    while (first != null) {
      content(first);
      first = socket.recv(ZMQ.DONTWAIT);
    }
  }

  private JsonObject content(byte[] first) {
    List<byte[]> frames = new ArrayList<>();
    frames.add(first);
    while (socket.hasReceiveMore()) {
      frames.add(socket.recv());
    }
    try {
      return wire.decode(frames).content();
    } catch (WireException e) {
      LOG.warn("dropped on channel stdin: {}", e.getMessage());
      return new JsonObject();
    }
  }
}
