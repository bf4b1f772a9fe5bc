// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.channels;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;
import zmq.ZError;

/**
 * A router socket with the one thread that reads its requests and writes its replies. Replies may
 * come from any thread that is never interrupted; they are handed to that thread.
 */
public final class RequestLoop {

  private static final Logger LOG = LoggerFactory.getLogger(RequestLoop.class);
  private static final int CLOSE_MS = 1_000;

  private final ZMQ.Context context;
  private final ZMQ.Socket socket;
  private final ZMQ.Socket replies;
  private final ZMQ.Socket toReplies;
  private final Object sending = new Object();
  private final Wire wire;
  private final IoPub iopub;
  private final Thread thread;
  private final Consumer<Request> requests;
  private final Runnable fault;

  /**
   * @param requests takes each request, on the thread of this loop
   * @param fault told when the socket has broken and nothing can be received any more
   */
  RequestLoop(
      String name,
      ZMQ.Context context,
      Published published,
      Consumer<Request> requests,
      Runnable fault) {
    this.context = context;
    this.socket = context.socket(SocketType.ROUTER);
    this.socket.setLinger(CLOSE_MS);
    this.socket.setSndHWM(0);
    this.replies = inner(SocketType.PULL);
    this.toReplies = inner(SocketType.PUSH);
    String address = "inproc://replies-" + name;
    this.replies.bind(address);
    this.toReplies.connect(address);
    this.wire = published.wire();
    this.iopub = published.iopub();
    this.requests = requests;
    this.fault = fault;
    this.thread = new Thread(this::run, name + "-socket");
    this.thread.setDaemon(true);
  }

  /** How messages are signed, and where output goes. */
  record Published(Wire wire, IoPub iopub) {}

  void open(Binder binder, int port) {
    binder.bind(socket, port);
    thread.start();
  }

  /** Sends a reply; from the thread of this loop at once. */
  void send(WireMessage message) {
    List<byte[]> frames = wire.encode(message);
    if (Thread.currentThread() == thread) {
      send(socket, frames);
      return;
    }
    synchronized (sending) {
      send(toReplies, frames);
    }
  }

  /** Sends the replies that wait, then closes the socket. */
  void close() {
    synchronized (sending) {
      send(toReplies, List.of(new byte[0]));
    }
    try {
      thread.join(CLOSE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try (ZMQ.Poller poller = context.poller(2)) {
      poller.register(replies, ZMQ.Poller.POLLIN);
      poller.register(socket, ZMQ.Poller.POLLIN);
      boolean open = true;
      while (open) {
        poller.poll(-1);
        open = forward() && receive();
      }
    } catch (ZMQException e) {
      if (e.getErrorCode() != ZError.ETERM) {
        LOG.error("the channel {} broke", thread.getName(), e);
        fault.run();
      }
    } finally {
      socket.close();
      replies.close();
      synchronized (sending) {
        toReplies.close();
      }
    }
  }

  /** Sends the replies that wait; returns whether there may be more. */
  private boolean forward() {
    byte[] first = replies.recv(ZMQ.DONTWAIT);
    while (first != null) {
      List<byte[]> frames = frames(first, replies);
      if (frames.size() == 1) {
        return false;
      }
      send(socket, frames);
      first = replies.recv(ZMQ.DONTWAIT);
    }
    return true;
  }

  private boolean receive() {
    byte[] first = socket.recv(ZMQ.DONTWAIT);
    while (first != null) {
      WireMessage message = message(first);
      if (message != null) {
        handle(message);
      }
      first = socket.recv(ZMQ.DONTWAIT);
    }
    return true;
  }

  private void handle(WireMessage message) {
    try {
      requests.accept(new Request(message, this, iopub, null));
    } catch (ZMQException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      LOG.error("request {} failed", message.type(), e);
    }
  }

  private @Nullable WireMessage message(byte[] first) {
    try {
      return wire.decode(frames(first, socket));
    } catch (WireException e) {
      LOG.warn("dropped on channel {}: {}", thread.getName(), e.getMessage());
      return null;
    }
  }

  private ZMQ.Socket inner(SocketType type) {
    ZMQ.Socket inner = context.socket(type);
    inner.setLinger(0);
    inner.setHWM(0);
    return inner;
  }

  private static List<byte[]> frames(byte[] first, ZMQ.Socket from) {
    List<byte[]> frames = new ArrayList<>();
    frames.add(first);
    while (from.hasReceiveMore()) {
      frames.add(from.recv());
    }
    return frames;
  }

  private static void send(ZMQ.Socket to, List<byte[]> frames) {
    for (int i = 0; i < frames.size(); i++) {
      to.send(frames.get(i), i < frames.size() - 1 ? ZMQ.SNDMORE : 0);
    }
  }
}
