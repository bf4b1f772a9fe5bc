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

/** A router socket with the one thread that reads its requests and writes its replies. */
public final class RequestLoop {

  private static final Logger LOG = LoggerFactory.getLogger(RequestLoop.class);

  private final ZMQ.Socket socket;
  private final Wire wire;
  private final IoPub iopub;
  private final Thread thread;
  private final Consumer<Request> requests;

  RequestLoop(
      String name, ZMQ.Context context, Wire wire, IoPub iopub, Consumer<Request> requests) {
    this.socket = context.socket(SocketType.ROUTER);
    this.socket.setLinger(1_000);
    this.socket.setSndHWM(0);
    this.wire = wire;
    this.iopub = iopub;
    this.requests = requests;
    this.thread = new Thread(this::run, name);
    this.thread.setDaemon(true);
  }

  void open(String address) {
    socket.bind(address);
    thread.start();
  }

  /** Sends a reply. To be called on the thread of this loop only. */
  void send(WireMessage message) {
    List<byte[]> frames = wire.encode(message);
    for (int i = 0; i < frames.size(); i++) {
      socket.send(frames.get(i), i < frames.size() - 1 ? ZMQ.SNDMORE : 0);
    }
  }

  /** The requests that wait already. To be called on the thread of this loop only. */
  public List<Request> waiting() {
    List<Request> waiting = new ArrayList<>();
    byte[] first = socket.recv(ZMQ.DONTWAIT);
    while (first != null) {
      WireMessage message = message(first);
      if (message != null) {
        waiting.add(new Request(message, this, iopub));
      }
      first = socket.recv(ZMQ.DONTWAIT);
    }
    return waiting;
  }

  private void run() {
    try (socket) {
      while (true) {
        byte[] first = socket.recv();
        WireMessage message = first == null ? null : message(first);
        if (message != null) {
          handle(message);
        }
      }
    } catch (ZMQException e) {
      if (e.getErrorCode() != ZError.ETERM) {
        LOG.error("the channel {} broke", thread.getName(), e);
      }
    }
  }

  private void handle(WireMessage message) {
    try {
      requests.accept(new Request(message, this, iopub));
    } catch (ZMQException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      LOG.error("request {} failed", message.type(), e);
    }
  }

  private @Nullable WireMessage message(byte[] first) {
    List<byte[]> frames = new ArrayList<>();
    frames.add(first);
    while (socket.hasReceiveMore()) {
      frames.add(socket.recv());
    }
    try {
      return wire.decode(frames);
    } catch (WireException e) {
      LOG.warn("dropped on channel {}: {}", thread.getName(), e.getMessage());
      return null;
    }
  }
}
