// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.channels;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.dflib.jjava.jupyter.channels.IOPubChannel;
import org.dflib.jjava.jupyter.messages.HMACGenerator;
import org.dflib.jjava.jupyter.messages.Header;
import org.dflib.jjava.jupyter.messages.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;
import zmq.ZError;

/**
 * The socket of published output. Messages are queued and handed to the thread of the socket by a
 * thread of their own, so that a thread that is being interrupted never touches a socket (an
 * interrupted NIO channel closes). The socket has no high-water mark: nothing that was published is
 * dropped. Who subscribes is welcomed (JEP 65), and knows from then on that output arrives.
 */
public final class IoPub extends IOPubChannel {

  private static final Logger LOG = LoggerFactory.getLogger(IoPub.class);
  private static final int QUEUE_LENGTH = 10_000;
  private static final int CLOSE_MS = 1_000;
  private static final String INNER = "inproc://published";

  private final ZMQ.Context context;
  private final ZMQ.Socket socket;
  private final ZMQ.Socket published;
  private final ZMQ.Socket toPublished;
  private final Wire wire;
  private final BlockingQueue<Outgoing> queue = new LinkedBlockingQueue<>(QUEUE_LENGTH);
  private final Gson gson = new Gson();
  private final Thread pump = new Thread(this::pump, "iopub");
  private final Thread sender = new Thread(this::send, "iopub-socket");
  private volatile boolean broken;
  private Runnable fault = () -> {};

  IoPub(ZMQ.Context context, Wire wire) {
    super(context, HMACGenerator.NO_AUTH_INSTANCE);
    super.close();
    this.context = context;
    this.wire = wire;
    this.socket = socket(SocketType.XPUB);
    this.socket.setXpubVerbose(true);
    this.socket.setLinger(CLOSE_MS);
    this.published = socket(SocketType.PULL);
    this.toPublished = socket(SocketType.PUSH);
    this.published.bind(INNER);
    this.toPublished.connect(INNER);
    this.pump.setDaemon(true);
    this.sender.setDaemon(true);
  }

  private ZMQ.Socket socket(SocketType type) {
    ZMQ.Socket made = context.socket(type);
    made.setHWM(0);
    made.setLinger(0);
    return made;
  }

  void open(Binder binder, int port, Runnable fault) {
    this.fault = fault;
    binder.bind(socket, port);
    sender.start();
    pump.start();
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
    enqueue(new Outgoing(List.of(new byte[0])));
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
  }

  /** Hands what is queued to the thread of the socket. */
  private void pump() {
    try (toPublished) {
      boolean open = true;
      while (open) {
        List<byte[]> frames = queue.take().frames();
        send(toPublished, frames);
        open = frames.size() > 1;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ZMQException e) {
      broke(e);
    }
  }

  /** Sends what is handed over, and welcomes subscribers. */
  private void send() {
    try (socket;
        published;
        ZMQ.Poller poller = context.poller(2)) {
      poller.register(published, ZMQ.Poller.POLLIN);
      poller.register(socket, ZMQ.Poller.POLLIN);
      do {
        poller.poll(-1);
        welcome();
      } while (forward());
    } catch (ZMQException e) {
      broke(e);
    }
  }

  private boolean forward() {
    byte[] first = published.recv(ZMQ.DONTWAIT);
    while (first != null) {
      if (!published.hasReceiveMore()) {
        return false;
      }
      socket.send(first, ZMQ.SNDMORE);
      boolean more = true;
      while (more) {
        byte[] frame = published.recv();
        more = published.hasReceiveMore();
        socket.send(frame, more ? ZMQ.SNDMORE : 0);
      }
      first = published.recv(ZMQ.DONTWAIT);
    }
    return true;
  }

  /** A subscription is a byte 1 and the topic, the end of one a byte 0 and the topic. */
  private void welcome() {
    byte[] news = socket.recv(ZMQ.DONTWAIT);
    while (news != null) {
      if (news.length > 0 && news[0] == 1) {
        byte[] topic = Arrays.copyOfRange(news, 1, news.length);
        JsonObject content = new JsonObject();
        content.addProperty("subscription", new String(topic, StandardCharsets.UTF_8));
        WireMessage welcome =
            WireMessage.publication("iopub_welcome", content, new JsonObject()).under(topic);
        send(socket, wire.encode(welcome));
      }
      news = socket.recv(ZMQ.DONTWAIT);
    }
  }

  private static void send(ZMQ.Socket to, List<byte[]> frames) {
    for (int i = 0; i < frames.size(); i++) {
      to.send(frames.get(i), i < frames.size() - 1 ? ZMQ.SNDMORE : 0);
    }
  }

  private void broke(ZMQException e) {
    broken = true;
    if (e.getErrorCode() != ZError.ETERM) {
      LOG.error("the channel of output broke", e);
      fault.run();
    }
  }

  private void enqueue(Outgoing outgoing) {
    boolean interrupted = false;
    while (!broken) {
      try {
        if (queue.offer(outgoing, 1, TimeUnit.SECONDS)) {
          break;
        }
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

  /** Frames to send; a single one, which no message is, ends the sender. */
  private record Outgoing(List<byte[]> frames) {}
}
