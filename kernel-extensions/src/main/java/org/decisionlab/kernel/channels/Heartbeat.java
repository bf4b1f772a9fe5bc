// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.channels;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;
import zmq.ZError;

/**
 * Echoes what it receives, so that a client knows that the process lives. A router takes whatever
 * comes; a socket for replies would break at the first message that is no question.
 */
final class Heartbeat {

  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

  private final ZMQ.Socket socket;
  private final Thread thread = new Thread(this::run, "heartbeat");

  Heartbeat(ZMQ.Context context) {
    this.socket = context.socket(SocketType.ROUTER);
    this.socket.setLinger(0);
    this.thread.setDaemon(true);
  }

  void open(Binder binder, int port) {
    binder.bind(socket, port);
    thread.start();
  }

  private void run() {
    try (socket) {
      while (true) {
        byte[] frame = socket.recv();
        if (frame != null) {
          socket.send(frame, socket.hasReceiveMore() ? ZMQ.SNDMORE : 0);
        }
      }
    } catch (ZMQException e) {
      if (e.getErrorCode() != ZError.ETERM) {
        LOG.error("the heart beat broke", e);
      }
    }
  }
}
