// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.decisionlab.sidecar.Client.Part;
import org.decisionlab.sidecar.Client.Reply;
import org.decisionlab.sidecar.http.Listener;
import org.decisionlab.sidecar.http.ServerLimits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LimitsTest {

  private static final String HALF_A_ROW =
      "POST /json HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{\"values\":";
  private static final String HALF_AN_UPLOAD =
      "POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\nxxxx";

  @TempDir Path directory;
  private LocalSidecar sidecar;

  private Client start(ServerLimits limits) throws Exception {
    sidecar = LocalSidecar.start(directory.resolve("models"), s -> s.withLimits(limits));
    return sidecar.client();
  }

  @AfterEach
  void stop() {
    sidecar.close();
  }

  private static ServerLimits limits(int requests, int uploads, Duration time) {
    return new ServerLimits(
        1 << 20, 1 << 16, 1 << 18, requests, 64, uploads, time, time, Duration.ofMinutes(5));
  }

  private static ServerLimits patient() {
    return limits(100, 4, Duration.ofMinutes(2));
  }

  @Test
  void bodiesThatAreTooLargeAreRefusedWithAnAnswer() throws Exception {
    Client client = start(patient());
    byte[] large = new byte[(1 << 20) + 1];
    tooLarge(client.post("/json", new byte[(1 << 16) + 1]));
    tooLarge(client.post("/proto", new byte[(1 << 16) + 1]));
    tooLarge(client.post("/v1/cache/decide", new byte[(1 << 16) + 1]));
    tooLarge(client.post("/upload", large));
    Map<String, Part> form = new LinkedHashMap<>(Fixtures.f1Form("f1"));
    form.put("model", Part.file("f1.pb", large));
    tooLarge(client.form("POST", "/upload", form));
    assertThat(client.form("POST", "/upload", Fixtures.f1Form("f1")).status()).isEqualTo(200);
  }

  @Test
  void aBodyOfUnknownLengthIsCutOff() throws Exception {
    Client client = start(patient());
    try (RawConnection raw = new RawConnection(client.base())) {
      raw.send("POST /json HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
      String chunk = "8000\r\n" + "x".repeat(0x8000) + "\r\n";
      raw.send(chunk).send(chunk).send(chunk);
      assertThat(raw.answer()).startsWith("HTTP/1.1 413 ").contains("{\"error\":");
    }
  }

  @Test
  void whatDoesNotArriveInTimeIsAnsweredToo() throws Exception {
    Client client = start(limits(100, 4, Duration.ofMillis(300)));
    for (String half : List.of(HALF_A_ROW, HALF_AN_UPLOAD)) {
      try (RawConnection raw = new RawConnection(client.base())) {
        assertThat(raw.send(half).answer()).startsWith("HTTP/1.1 408 ").contains("in time");
      }
    }
    stagingBecomesEmpty();
  }

  /** Connections are dealt out to event loops in turn: so many in a row reach each of them. */
  private static List<RawConnection> onEachEventLoop(Client client, String text) throws Exception {
    List<RawConnection> all = new ArrayList<>();
    for (int i = 0; i < Listener.eventLoops(); i++) {
      all.add(new RawConnection(client.base()).send(text));
    }
    return all;
  }

  private static void requireLate(List<RawConnection> all) throws Exception {
    for (RawConnection late : all) {
      assertThat(late.answer()).startsWith("HTTP/1.1 408 ").contains("in time");
    }
  }

  private static void close(List<RawConnection> all) throws Exception {
    for (RawConnection one : all) {
      one.close();
    }
  }

  private static ServerLimits inTime(Duration requests) {
    return new ServerLimits(
        1 << 20,
        1 << 16,
        1 << 18,
        100,
        64,
        4,
        Duration.ofMinutes(2),
        requests,
        Duration.ofMinutes(5));
  }

  @Test
  void eachOfSeveralHasItsTimeWhateverBecomesOfTheOthers() throws Exception {
    Client client = start(inTime(Duration.ofMillis(1500)));
    assertThat(client.form("POST", "/upload", Fixtures.f1Form("f1")).status()).isEqualTo(200);
    for (int round = 0; round < 2; round++) {
      List<RawConnection> first = onEachEventLoop(client, HALF_A_ROW);
      List<RawConnection> gone = onEachEventLoop(client, HALF_A_ROW);
      List<RawConnection> answered = onEachEventLoop(client, HALF_A_ROW);
      List<RawConnection> last = onEachEventLoop(client, HALF_A_ROW);
      close(gone);
      String rest = "[1,2,3]}";
      for (RawConnection row : answered) {
        row.send(rest + " ".repeat(100 - "{\"values\":".length() - rest.length()));
        assertThat(row.answer()).startsWith("HTTP/1.1 200 ");
      }
      requireLate(first);
      requireLate(last);
      nothingIsUnderWay(client);
      close(answered);
      close(first);
      close(last);
    }
  }

  /** The answer of who does not take it has begun and cannot be refused any more. */
  @Test
  void aDownloadThatIsNotTakenEndsAndOthersAreRefusedInTime() throws Exception {
    Client client = start(inTime(Duration.ofMillis(1500)));
    assertThat(client.form("POST", "/upload", Fixtures.f1Form("f1")).status()).isEqualTo(200);
    long size = 64L << 20;
    try (RandomAccessFile large =
        new RandomAccessFile(modelFile().resolveSibling("large").toFile(), "rw")) {
      large.setLength(size);
    }
    List<RawConnection> stalled =
        onEachEventLoop(client, "GET /download/f1/large HTTP/1.1\r\nHost: localhost\r\n\r\n");
    for (RawConnection download : stalled) {
      assertThat(download.head()).startsWith("HTTP/1.1 200 ");
    }
    List<RawConnection> late = onEachEventLoop(client, HALF_A_ROW);
    requireLate(late);
    nothingIsUnderWay(client);
    for (RawConnection download : stalled) {
      assertThat(download.bytesToTheEnd()).isLessThan(size);
    }
    close(stalled);
    close(late);
  }

  private Path modelFile() throws Exception {
    try (Stream<Path> files = Files.walk(directory.resolve("models"))) {
      return files.filter(file -> file.endsWith("f1.pb")).findFirst().orElseThrow();
    }
  }

  private static void nothingIsUnderWay(Client client) throws Exception {
    Await.until(
        "no request is under way",
        () -> client.get("/metrics").text().contains("sidecar_requests_under_way 0.0"));
  }

  @Test
  void moreUploadsThanThereArePlacesAreToldToComeAgain() throws Exception {
    Client client = start(limits(100, 2, Duration.ofMinutes(2)));
    List<RawConnection> held = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      held.add(holding(client, HALF_AN_UPLOAD));
    }
    Await.until(
        "a third upload is turned away",
        () -> client.form("POST", "/upload", Fixtures.f1Form("f1")).status() == 503);
    Reply busy = client.form("POST", "/upload", Fixtures.f1Form("f1"));
    assertThat(busy.isError()).isTrue();
    assertThat(busy.headers().get("Retry-After")).isEqualTo("1");
    for (RawConnection connection : held) {
      connection.close();
    }
    Await.until(
        "places are given back by clients that go away",
        () -> client.form("POST", "/upload", Fixtures.f1Form("f1")).status() == 200);
    stagingBecomesEmpty();
  }

  @Test
  void moreRequestsThanAllowedAreToldToComeAgainAndHealthIsAnswered() throws Exception {
    Client client = start(limits(2, 2, Duration.ofMinutes(2)));
    List<RawConnection> held = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      held.add(holding(client, HALF_A_ROW));
    }
    Await.until("a third request is turned away", () -> client.get("/models").status() == 503);
    assertThat(client.get("/models").headers().get("Retry-After")).isEqualTo("1");
    assertThat(client.get("/health/live").status()).isEqualTo(200);
    assertThat(client.get("/health/ready").status()).isEqualTo(200);
    for (RawConnection connection : held) {
      connection.close();
    }
    Await.until("requests are answered again", () -> client.get("/models").status() == 200);
  }

  @Test
  void onlyUploadsMayBeLarge() throws Exception {
    Client client = start(patient());
    byte[] large = new byte[2 << 20];
    assertThat(client.send("DELETE", "/delete", large).status()).isEqualTo(413);
    String type = "application/x-www-form-urlencoded";
    assertThat(client.send("DELETE", "/delete", large, "Content-Type", type).status())
        .isEqualTo(413);
    stagingBecomesEmpty();
  }

  @Test
  void whatIsNotHttpIsAnswered() throws Exception {
    Client client = start(patient());
    for (String text :
        List.of(
            "nonsense\r\n\r\n",
            "GET /models HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(40_000) + "\r\n\r\n",
            "GET /" + "x".repeat(40_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
      try (RawConnection raw = new RawConnection(client.base())) {
        assertThat(raw.send(text).head()).matches("(?s)HTTP/1\\.[01] 4[0-9][0-9] .*");
      }
    }
    assertThat(client.get("/models").status()).isEqualTo(200);
  }

  @Test
  void pagesOfOtherSitesAreKeptAway() throws Exception {
    Client client = start(patient());
    Map<String, Part> form = Fixtures.f1Form("f1");
    Reply reply = client.form("POST", "/upload", form, "Origin", "http://evil.example");
    assertThat(reply.status()).isEqualTo(403);
    assertThat(client.get("/models").json()).isEmpty();
    assertThat(client.form("POST", "/upload", form, "Origin", "http://localhost:8888").status())
        .isEqualTo(200);
    try (RawConnection raw = new RawConnection(client.base())) {
      assertThat(raw.send("GET /models HTTP/1.1\r\nHost: evil.example\r\n\r\n").answer())
          .startsWith("HTTP/1.1 403 ");
      // The connection is kept: an answer that is not early does not close it.
      assertThat(raw.send("GET /models HTTP/1.1\r\nHost: [::1]:8083\r\n\r\n").answer())
          .startsWith("HTTP/1.1 200 ")
          .doesNotContainIgnoringCase("connection: close");
    }
  }

  /** A new connection costs more than the rest of a small body; a large one is not read. */
  @Test
  void whoIsRefusedBeforeTheBodyCameKeepsTheConnectionForASmallOne() throws Exception {
    Client client = start(patient());
    String head = "POST /nothing HTTP/1.1\r\nHost: localhost\r\nContent-Length: ";
    String next = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";
    try (RawConnection raw = new RawConnection(client.base())) {
      for (int i = 0; i < 3; i++) {
        assertThat(raw.send(head + "20\r\n\r\n").answer())
            .startsWith("HTTP/1.1 404 ")
            .doesNotContainIgnoringCase("connection: close");
        raw.send("0123456789").send("0123456789");
      }
      assertThat(raw.send(next).answer()).startsWith("HTTP/1.1 200 ");
    }
    for (String large :
        List.of(
            "70000\r\n\r\n",
            "20\r\nExpect: 100-continue\r\n\r\n",
            "20\r\nTransfer-Encoding: chunked\r\n\r\n")) {
      try (RawConnection raw = new RawConnection(client.base())) {
        String answer = raw.send(head + large).head();
        answer = answer.startsWith("HTTP/1.1 100 ") ? raw.head() : answer;
        assertThat(answer).startsWith("HTTP/1.1 4").containsIgnoringCase("connection: close");
      }
    }
  }

  /**
   * A connection with half a request that has taken its place: it was sent in one write with a
   * request that has been answered.
   */
  private static RawConnection holding(Client client, String half) throws Exception {
    RawConnection connection = new RawConnection(client.base());
    connection.send("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n" + half);
    assertThat(connection.answer()).startsWith("HTTP/1.1 200 ");
    return connection;
  }

  private void stagingBecomesEmpty() throws Exception {
    Path staging = directory.resolve("models/.staging");
    Await.until(
        "nothing is left of unfinished uploads",
        () -> {
          try (Stream<Path> files = Files.walk(staging)) {
            return files.noneMatch(
                file -> Files.isRegularFile(file) && !file.toString().endsWith(".lock"));
          }
        });
  }

  private static void tooLarge(Reply reply) {
    assertThat(reply.status()).as(reply.text()).isEqualTo(413);
    assertThat(reply.isError()).isTrue();
  }
}
