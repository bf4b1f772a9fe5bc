// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests whose bodies do not come hold no thread that others need. */
class HalfSentTest {

  /** More than there are threads. */
  private static final int MANY = Places.THREADS + 100;

  /** Of what the web server had by itself the sixth part. */
  private static final Duration SOON = Duration.ofSeconds(10);

  @TempDir static Path folder;
  private static BrokerWorld world;

  @BeforeAll
  static void start() throws Exception {
    world = new BrokerWorld(folder, BrokerSettings.Exchange.AUTO, 40);
  }

  @AfterAll
  static void stop() {
    world.close();
  }

  private static Socket sent(String text) throws IOException {
    URI broker = world.address();
    Socket socket = new Socket();
    socket.setSoTimeout((int) SOON.toMillis());
    socket.connect(new InetSocketAddress(broker.getHost(), broker.getPort()));
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static String request(String line, String user, String more) {
    return line.replace("TOKEN", world.address().getPath() + "token")
        + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: token "
        + world.server(user)
        + "\r\n"
        + more
        + "\r\n";
  }

  private static String read(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static void assertIsAnsweredSoon(String user) throws Exception {
    for (int i = 0; i < 3; i++) {
      long start = System.nanoTime();
      BrokerWorld.given(world.ask(user, BrokerWorld.SIDECAR, "model.read"));
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
    }
  }

  @Test
  void oneUsersQuestionsWithoutBodiesLeaveTheOthersAlone() throws Exception {
    String one = world.newUser();
    String other = world.newUser();
    BrokerWorld.given(world.ask(one, BrokerWorld.SIDECAR, "model.read"));
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < MANY; i++) {
        sockets.add(sent(request("POST TOKEN", one, "Content-Length: 100\r\n")));
      }
      assertIsAnsweredSoon(other);
      int tooMany = 0;
      for (Socket socket : sockets) {
        String answer = read(socket);
        assertThat(answer).matches("(?s)HTTP/1.1 (408|429) .*");
        if (answer.startsWith("HTTP/1.1 429")) {
          tooMany++;
          assertThat(answer)
              .contains("Retry-After: ", "which is the most that one user may", "ask again");
        }
      }
      assertThat(tooMany).isPositive();
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
    BrokerWorld.given(world.ask(one, BrokerWorld.SIDECAR, "model.read"));
  }

  /** Sends byte by byte until the connection ends: what was answered. */
  private static String trickled(Socket socket) throws IOException {
    socket.setSoTimeout(250);
    InputStream in = socket.getInputStream();
    StringBuilder answer = new StringBuilder();
    byte[] some = new byte[4 << 10];
    long start = System.nanoTime();
    int more = 0;
    while (more >= 0) {
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .as("until the connection ends, answered with " + answer)
          .isLessThan(SOON);
      try {
        socket.getOutputStream().write(' ');
        more = in.read(some);
        answer.append(new String(some, 0, Math.max(0, more), StandardCharsets.UTF_8));
      } catch (SocketTimeoutException e) {
        assertThat(e).as("nothing has come, so one byte more").isNotNull();
      } catch (SocketException e) {
        assertThat(answer).as("closed: " + e.getMessage()).isNotEmpty();
        more = -1;
      }
    }
    return answer.toString();
  }

  /** Without a token, at each path, and in forms that a framework would read by itself. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /services/token-broker/health|application/json",
        "GET /nothing/here|application/json",
        "POST /services/token-broker/token|application/json",
        "POST /services/token-broker/token|multipart/form-data; boundary=x",
        "PUT /services/token-broker/token|application/x-www-form-urlencoded"
      })
  void whoeverItIsNobodyHoldsAThreadByABodyThatComesByteByByte(String form) throws Exception {
    String[] parts = form.split("\\|", -1);
    String head =
        "%s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\nContent-Type: %s\r\n\r\n"
            .formatted(parts[0], parts[1]);
    try (Socket socket = sent(head)) {
      assertThat(trickled(socket)).startsWith("HTTP/1.1 ");
    }
  }

  @Test
  void aQuestionThatComesByteByByteIsNotWaitedForLonger() throws Exception {
    String user = world.newUser();
    try (Socket socket = sent(request("POST TOKEN", user, "Content-Length: 1000\r\n"))) {
      assertThat(trickled(socket)).startsWith("HTTP/1.1 408").contains("of 1000 bytes");
    }
  }

  @Test
  void aBodyInChunksIsRefusedWithWords() throws Exception {
    String user = world.newUser();
    String chunked = request("POST TOKEN", user, "Transfer-Encoding: chunked\r\n");
    try (Socket socket = sent(chunked + "2;words")) {
      assertThat(read(socket)).startsWith("HTTP/1.1 400").contains("Content-Length");
    }
  }

  @Test
  void aConnectionOutlivesARefusalWhoseBodyHasCome() throws Exception {
    String unknown =
        "POST %stoken HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: token nobody\r\nContent-Length: 2\r\n\r\n{}"
            .formatted(world.address().getPath());
    String last =
        "GET %shealth HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
            .formatted(world.address().getPath());
    try (Socket socket = sent(unknown + last)) {
      assertThat(read(socket)).startsWith("HTTP/1.1 401").contains("HTTP/1.1 200", "\"up\"");
    }
  }
}
