// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.decisionlab.sidecar.Client.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as its users meet it: options, exit codes, signals. */
class ProgramTest {

  @TempDir Path directory;

  private String models() {
    return directory.resolve("models").toString();
  }

  private String fails(int code, String... arguments) throws Exception {
    Path log = directory.resolve("error.log");
    Process process = SidecarProcess.launch(log, List.of(arguments));
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    String errors = Files.readString(log);
    assertThat(process.exitValue()).as(errors).isEqualTo(code);
    assertThat(process.inputReader().readLine()).isNull();
    return errors;
  }

  @Test
  void onlyLoopbackIsServed() throws Exception {
    assertThat(fails(1, "--port", "0", "--models", models(), "--host", "0.0.0.0"))
        .contains("0.0.0.0 is not on loopback");
  }

  @Test
  void wrongOptionsAreExplained() throws Exception {
    assertThat(fails(2, "--models", models())).contains("--port");
    assertThat(fails(2, "--port", "70000", "--models", models())).contains("0 to 65535");
    assertThat(fails(2, "--port", "0", "--models", models(), "--decision-model", "../x"))
        .contains("--decision-model");
    String issuers = directory.resolve("issuers.json").toString();
    Files.writeString(Path.of(issuers), "{\"issuers\":[{\"issuer\":\"http://iam.example.org\"}]}");
    assertThat(fails(1, "--port", "0", "--models", models(), "--issuers", issuers))
        .contains("issuers[0]: ", "must be https", "http://iam.example.org");
  }

  @Test
  void aBusyPortIsNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      assertThat(fails(1, "--port", port, "--models", models())).contains("listen", port);
    }
  }

  @Test
  void severalProgramsShareAModelDirectory() throws Exception {
    try (SidecarProcess first = SidecarProcess.start(Path.of(models()));
        SidecarProcess second = SidecarProcess.start(Path.of(models()))) {
      byte[] archive = Models.archive(Models.constant("shared", 1, 0.5));
      assertThat(first.client().post("/upload", archive).status()).isEqualTo(200);
      Await.until(
          "the other one serves it", () -> second.client().get("/models").json().size() == 1);
    }
  }

  @Test
  void oneLineTellsTheAddress() throws Exception {
    Path log = directory.resolve("error.log");
    Process process = SidecarProcess.launch(log, List.of("--port", "0", "--models", models()));
    String line = process.inputReader().readLine();
    assertThat(line).matches("Sidecar ready at http://127\\.0\\.0\\.1:[0-9]+");
    process.toHandle().destroy();
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    assertThat(process.inputReader().readLine()).isNull();
    List<String> events =
        Files.readString(log).lines().filter(event -> !event.startsWith("SLF4J")).toList();
    assertThat(events).hasSize(2).allMatch(event -> event.matches("[0-9T:.Z-]+ INFO .*"));
    assertThat(events.get(1)).endsWith("Sidecar: ended");
  }

  @Test
  void requestsUnderWayAreAnsweredBeforeTheProgramEnds() throws Exception {
    try (SidecarProcess sidecar = SidecarProcess.start(Path.of(models()))) {
      Client client = sidecar.client();
      client.form("POST", "/upload", Fixtures.f1Form("f1"));
      String row = "{\"values\":[1,2,3],\"model\":\"f1\"}";
      try (RawConnection raw = new RawConnection(client.base())) {
        // One write: when the first request is answered, the second has been read as far as it
        // goes.
        raw.send(
            "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"
                + "POST /json HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                + row.length()
                + "\r\n\r\n"
                + row.substring(0, 5));
        assertThat(raw.answer()).startsWith("HTTP/1.1 200 ");
        sidecar.process().destroy();
        Await.until("no further connections are taken", () -> isRefused(client));
        raw.send(row.substring(5));
        assertThat(raw.answer()).startsWith("HTTP/1.1 200 ").contains("[0.09003057,");
      }
      assertThat(sidecar.terminate()).as(sidecar.log()).isZero();
    }
  }

  /** Whatever moment the program is killed at, what was acknowledged is there afterwards. */
  @Test
  void aProgramKilledDuringUploadsLeavesAStoreThatServes() throws Exception {
    long seed = 20261120;
    Random random = new Random(seed);
    ExecutorService pool = Executors.newSingleThreadExecutor();
    int known = 0;
    for (int round = 0; round < 6; round++) {
      AtomicInteger acknowledged = new AtomicInteger();
      try (SidecarProcess sidecar = SidecarProcess.start(Path.of(models()))) {
        Client client = sidecar.client();
        Future<?> uploads = pool.submit(() -> uploadForEver(client, acknowledged));
        int enough = 1 + random.nextInt(4);
        Await.until("some uploads are acknowledged", () -> acknowledged.get() >= enough);
        LockSupport.parkNanos(random.nextInt(20_000_000));
        sidecar.kill();
        uploads.get(60, TimeUnit.SECONDS);
      }
      known += acknowledged.get();
      try (SidecarProcess sidecar = SidecarProcess.start(Path.of(models()))) {
        JsonNode list = sidecar.client().get("/models").json();
        assertThat(list).as("round %d, seed %d: %s", round, seed, list).hasSize(1);
        assertThat(list.get(0).path("state").asText()).isEqualTo("serving");
        assertThat(list.get(0).path("version").asInt()).isGreaterThanOrEqualTo(known);
        known = list.get(0).path("version").asInt();
        assertThat(sidecar.client().post("/json", "{\"values\":[1,2,3]}").text())
            .isEqualTo("[0.09003057,0.24472848,0.66524094]\n");
        assertThat(sidecar.terminate()).isZero();
      }
    }
    pool.shutdown();
  }

  private static void uploadForEver(Client client, AtomicInteger acknowledged) {
    try {
      while (true) {
        Reply reply = client.form("POST", "/upload", Fixtures.f1Form("f1"));
        assertThat(reply.status()).isEqualTo(200);
        acknowledged.incrementAndGet();
      }
    } catch (java.io.UncheckedIOException killed) {
      assertThat(killed).hasMessageContaining("was not answered");
    }
  }

  private static boolean isRefused(Client client) {
    try {
      return client.get("/health/ready").status() == 503;
    } catch (java.io.UncheckedIOException e) {
      return e.getCause() instanceof ConnectException;
    }
  }
}
