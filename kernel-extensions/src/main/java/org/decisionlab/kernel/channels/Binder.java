// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.channels;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;

/**
 * Binds sockets where a connection file says, encrypted where it carries keys. The ZeroMQ library
 * has no Unix sockets of its own: under {@code ipc}, each is relayed to a port of the loopback
 * address.
 */
final class Binder implements AutoCloseable {

  /** How long a peer may take to say that it speaks ZeroMQ; the library would wait for thirty. */
  private static final int HANDSHAKE_MS = 3000;

  private final ConnectionFile file;
  private final List<UnixRelay> relays = new ArrayList<>();

  Binder(ConnectionFile file) {
    this.file = file;
  }

  /**
   * Binds a socket.
   *
   * @param port one of the ports of the connection file
   * @throws IllegalStateException naming the address that cannot be bound, and why
   */
  void bind(ZMQ.Socket socket, int port) {
    socket.setHandshakeIvl(HANDSHAKE_MS);
    CurveKeys keys = file.curve();
    if (keys != null) {
      keys.protect(socket);
    }
    String address = file.address(port);
    try {
      if (file.transport().equals("ipc")) {
        int inner = socket.bindToRandomPort("tcp://127.0.0.1");
        relays.add(UnixRelay.open(Path.of(address.substring("ipc://".length())), inner));
      } else {
        socket.bind(address);
      }
    } catch (ZMQException e) {
      String reason = ZMQ.Error.findByCode(e.getErrorCode()).getMessage();
      throw new IllegalStateException("cannot bind " + address + ": " + reason, e);
    } catch (IOException e) {
      throw new IllegalStateException("cannot bind " + address + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    relays.forEach(UnixRelay::close);
  }
}
