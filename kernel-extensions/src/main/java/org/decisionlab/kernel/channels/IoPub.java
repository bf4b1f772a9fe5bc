// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.channels;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.dflib.jjava.jupyter.channels.IOPubChannel;
import org.dflib.jjava.jupyter.messages.HMACGenerator;
import org.dflib.jjava.jupyter.messages.Header;
import org.dflib.jjava.jupyter.messages.Message;
import org.zeromq.ZMQ;

/**
 * The socket of published output. Messages are queued and sent by a thread of their own, so that a
 * thread that is being interrupted never touches the socket (an interrupted NIO channel closes).
 * The socket has no high-water mark: nothing that was published is dropped.
 */
public final class IoPub extends IOPubChannel {

  private static final int QUEUE_LENGTH = 10_000;

  private final Wire wire;
  private final BlockingQueue<Outgoing> queue = new LinkedBlockingQueue<>(QUEUE_LENGTH);
  private final Gson gson = new Gson();
  private final Thread sender = new Thread(this::send, "iopub");

  IoPub(ZMQ.Context context, Wire wire) {
    super(context, HMACGenerator.NO_AUTH_INSTANCE);
    this.wire = wire;
    setSndHWM(0);
    setLinger(1_000);
    sender.setDaemon(true);
  }

  void open(String address) {
    bind(address);
    sender.start();
  }

  /** Publishes a message; waits while the queue is full. Messages keep their order. */
  public void publish(WireMessage message) {
    enqueue(new Outgoing(wire.encode(message)));
  }

  /** Publishes a message that a comm of the library wrote. */
  @Override
  public synchronized void sendMessage(Message<?> message) {
    publish(translate(message));
  }

  /** Sends what is queued, then closes the socket. */
  @Override
  public void close() {
    enqueue(new Outgoing(List.of()));
    boolean interrupted = false;
    while (sender.isAlive()) {
      try {
        sender.join(5_000);
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    super.close();
  }

  private void send() {
    try {
      while (true) {
        List<byte[]> frames = queue.take().frames();
        if (frames.isEmpty()) {
          return;
        }
        for (int i = 0; i < frames.size(); i++) {
          send(frames.get(i), i < frames.size() - 1 ? ZMQ.SNDMORE : 0);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void enqueue(Outgoing outgoing) {
    boolean interrupted = false;
    while (true) {
      try {
        queue.put(outgoing);
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private WireMessage translate(Message<?> message) {
    JsonObject parent = new JsonObject();
    Header<?> cause = message.getParentHeader();
    if (cause != null) {
      parent.addProperty("msg_id", cause.getId());
      parent.addProperty("msg_type", cause.getType().getName());
      parent.addProperty("username", cause.getUsername());
      parent.addProperty("session", cause.getSessionId());
      parent.addProperty("version", cause.getVersion());
      parent.addProperty("date", cause.getTimestamp().getDateString());
    }
    WireMessage plain =
        WireMessage.publication(
            message.getHeader().getType().getName(),
            gson.toJsonTree(message.getContent()).getAsJsonObject(),
            parent);
    Map<String, Object> metadata = message.getMetadata();
    return new WireMessage(
        plain.identities(),
        plain.header(),
        plain.parent(),
        metadata == null ? plain.metadata() : gson.toJsonTree(metadata).getAsJsonObject(),
        plain.content(),
        message.getBlobs() == null ? List.of() : message.getBlobs());
  }

  /** Frames to send; none at all ends the sender. */
  private record Outgoing(List<byte[]> frames) {}
}
