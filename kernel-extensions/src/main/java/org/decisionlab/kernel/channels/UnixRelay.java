// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.channels;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A Unix socket whose connections are handed on, byte by byte, to a port of this machine. */
final class UnixRelay implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(UnixRelay.class);
  private static final int MOST_CONNECTIONS = 100;
  private static final int BUFFER_BYTES = 65_536;

  private final Path path;
  private final int port;
  private final ServerSocketChannel server;
  private final Semaphore connections = new Semaphore(MOST_CONNECTIONS);

  private UnixRelay(Path path, int port, ServerSocketChannel server) {
    this.path = path;
    this.port = port;
    this.server = server;
  }

  /**
   * Opens the socket, for the user of this process only. A socket that an earlier process has left
   * there is replaced.
   */
  static UnixRelay open(Path path, int port) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      Files.deleteIfExists(path);
      server.bind(UnixDomainSocketAddress.of(path));
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
    UnixRelay relay = new UnixRelay(path, port, server);
    start("relay " + path.getFileName(), relay::accept);
    return relay;
  }

  @Override
  public void close() {
    try {
      server.close();
      Files.deleteIfExists(path);
    } catch (IOException e) {
      LOG.warn("{} cannot be removed", path, e);
    }
  }

  private void accept() {
    try {
      while (true) {
        connections.acquire();
        relay(server.accept());
      }
    } catch (ClosedChannelException e) {
      LOG.debug("{} is closed", path);
    } catch (IOException e) {
      LOG.error("{} broke", path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void relay(SocketChannel outside) throws IOException {
    SocketChannel inside;
    try {
      inside = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      inside.setOption(StandardSocketOptions.TCP_NODELAY, true);
    } catch (IOException e) {
      LOG.warn("a connection of {} cannot be handed on", path, e);
      connections.release();
      outside.close();
      return;
    }
    start("relay in", () -> copy(outside, inside));
    start(
        "relay out",
        () -> {
          copy(inside, outside);
          connections.release();
        });
  }

  /** Copies until one side ends, then closes both. */
  private static void copy(SocketChannel from, SocketChannel to) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    try (from;
        to) {
      while (from.read(buffer) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
        buffer.clear();
      }
    } catch (IOException e) {
      LOG.debug("a relayed connection ended", e);
    }
  }

  private static void start(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }
}
