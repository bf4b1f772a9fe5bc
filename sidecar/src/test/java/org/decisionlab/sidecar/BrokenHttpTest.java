// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Requests that are hardly HTTP, or not to their end: each is answered, and none is left over. */
class BrokenHttpTest extends AskedWrongly {

  @Test
  void methodsThatAreNotKnownAreRefused() throws Exception {
    for (Operation operation : operations) {
      for (String method : List.of("HEAD", "OPTIONS", "PATCH", "TRACE", "BREW", "get")) {
        WireAnswer answer = ask(method, operation.url("f1"), JSON, "");
        assertThat(answer.status()).as(method + " " + operation.path()).isEqualTo(405);
        assertThat(method.equals("HEAD") ? answer.body().isEmpty() : answer.isError())
            .as(method + " " + operation.path() + ": " + answer.body())
            .isTrue();
      }
    }
  }

  @Test
  void whatIsHardlyHttpIsAnswered() throws Exception {
    String host = "Host: localhost\r\n";
    String post = "POST /json HTTP/1.1\r\n" + host;
    List<String> mistakes =
        List.of(
            "nonsense\r\n\r\n",
            "\u0000\u0001x\u0002\r\n\r\n",
            "GET /models\r\n\r\n",
            "GET /models HTTP/9.9\r\n" + host + "\r\n",
            "GET /models HTTQ/1.1\r\n" + host + "\r\n",
            "GET /models HTTP/1.1\r\n" + host + "no colon\r\n\r\n",
            "GET /models HTTP/1.1\r\n" + host + "X : y\r\n\r\n",
            "GET /models HTTP/1.1\r\n" + host + "X\u0001: y\r\n\r\n",
            "GET /models HTTP/1.1\r\n" + host + "X: " + "y".repeat(40_000) + "\r\n\r\n",
            "GET /models HTTP/1.1\r\n" + host + "X: y\r\n".repeat(5_000) + "\r\n",
            "GET /" + "x".repeat(40_000) + " HTTP/1.1\r\n" + host + "\r\n",
            "GET /models HTTP/1.1\r\nHost: evil.example\r\n\r\n",
            "GET http://evil.example/models HTTP/1.1\r\nHost: evil.example\r\n\r\n",
            "CONNECT localhost:80 HTTP/1.1\r\n" + host + "\r\n",
            "OPTIONS * HTTP/1.1\r\n" + host + "\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            post + "Content-Length: -1\r\n\r\n{}",
            post + "Content-Length: x\r\n\r\n{}",
            post + "Content-Length: 99999999999999999999\r\n\r\n{}",
            post + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x",
            post + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}\r\n",
            post + "Transfer-Encoding: nosuch\r\n\r\n{}",
            post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
            post + "Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n",
            post + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{}\r\n0\r\n\r\n",
            post + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}}}}}\r\n0\r\n\r\n",
            post + "Expect: nosuch\r\nContent-Length: 2\r\n\r\n{}",
            post + "Content-Encoding: nosuch\r\nContent-Length: 2\r\n\r\n{}",
            post + "Upgrade: websocket\r\nConnection: upgrade\r\nContent-Length: 2\r\n\r\n{}",
            "POST /json HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}",
            "POST /json HTTP/1.0\r\n\r\n");
    for (String mistake : mistakes) {
      WireAnswer answer = send(mistake.getBytes(StandardCharsets.ISO_8859_1));
      String shown = shown(utf8(mistake)) + " -> " + answer;
      assertThat(answer.status()).as(shown).isBetween(400, 499);
      assertThat(answer.isError()).as(shown).isTrue();
    }
    for (String right :
        List.of(
            "GET /models HTTP/1.0\r\n\r\n",
            "GET /models HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
            "GET http://localhost/models HTTP/1.1\r\n" + host + "\r\n",
            "GET /models HTTP/1.1\r\n" + host + "Upgrade: websocket\r\nConnection: upgrade\r\n\r\n",
            post
                + "Content-Length: 29\r\n"
                + "Expect: 100-continue\r\n\r\n"
                + "{\"values\":[1,2,3],\"keys\":[]}\n",
            post
                + "Transfer-Encoding: chunked\r\n\r\n"
                + "10\r\n"
                + "{\"values\":[1,2,3\r\n"
                + "2\r\n"
                + "]}\r\n"
                + "0\r\n\r\n")) {
      assertThat(send(utf8(right)).status()).as(right).isEqualTo(200);
    }
  }

  /** Clients that go away in the middle of anything take nothing with them. */
  @Test
  void clientsThatHangUpAreForgotten() throws Exception {
    for (Operation operation : operations) {
      if (operation.deletes()) {
        continue;
      }
      String type = operation.takes().isEmpty() ? JSON : operation.takes().fieldNames().next();
      byte[] whole =
          request(
              operation.method(), operation.url("f1"), type, utf8(operation.example().toString()));
      for (int cut : new int[] {1, whole.length / 2, whole.length - 1, whole.length}) {
        try (RawConnection connection = new RawConnection(client.base())) {
          connection.send(java.util.Arrays.copyOf(whole, cut));
        }
        asked++;
      }
    }
  }
}
