// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.decisionlab.sidecar.Client.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Registered jobs in processes of their own. */
class TrainingTest {

  private static final String JOBS =
      """
      {"jobs":{
        "good":{"command":["sh","-c","cat > args.json; env > env.txt; echo epoch 1; echo trained"],
                "parameters":{"epochs":{"type":"integer"},"name":{"type":"string"}}},
        "bad":{"command":["sh","-c","echo no data >&2; exit 3"]},
        "loud":{"command":["sh","-c","yes 'epoch é' | head -n 30000; echo trained"]},
        "absent":{"command":["/no/such/program"]},
        "slow":{"command":["sh","-c","sleep 600 & echo $! > child.pid; wait"]},
        "late":{"command":["sleep","600"],"limit_s":1}
      }}
      """;

  @TempDir Path directory;
  private LocalSidecar sidecar;
  private Client client;

  @BeforeEach
  void start() throws Exception {
    Path jobs = Files.writeString(directory.resolve("jobs.json"), JOBS);
    sidecar = LocalSidecar.start(directory.resolve("models"), s -> s.withTrainingJobs(jobs));
    client = sidecar.client();
  }

  @AfterEach
  void stop() {
    sidecar.close();
  }

  @Test
  void aJobGetsItsParametersAndTellsItsEnd() throws Exception {
    JsonNode started = post("/v2/models/good/train/", "{\"epochs\":3,\"name\":\"x; rm -rf\"}");
    String id = started.path("uuid").asText();
    assertThat(id).matches("[0-9a-f]{32}");
    JsonNode done = ended("good", id);
    assertThat(done.path("status").asText()).isEqualTo("done");
    assertThat(done.path("message").asText()).isEqualTo("trained");
    assertThat(done.path("result").path("output").asText()).isEqualTo("epoch 1\ntrained\n");
    assertThat(Files.readString(directory.resolve("args.json")).strip())
        .isEqualTo("{\"epochs\":3,\"name\":\"x; rm -rf\"}");
    assertThat(Files.readString(directory.resolve("env.txt")))
        .contains("DECISIONLAB_TRAINING_ID=" + id)
        .doesNotContain("MAVEN")
        .doesNotContain("JAVA_HOME");
    JsonNode list = client.get("/v2/models/good/train/").json();
    assertThat(list).hasSize(1);
    assertThat(list.get(0).path("uuid").asText()).isEqualTo(id);
    // Version 1 starts with PUT, and DEEPaaS's clients send parameters in the query.
    Reply put = client.send("PUT", "/models/good/train?epochs=2", new byte[0]);
    assertThat(put.json().path("args").path("epochs").asInt()).isEqualTo(2);
    ended("good", put.json().path("uuid").asText());
  }

  @Test
  void onlyTheEndOfALongOutputIsKept() throws Exception {
    JsonNode done = ended("loud", post("/v2/models/loud/train/", "").path("uuid").asText());
    assertThat(done.path("message").asText()).isEqualTo("trained");
    String output = done.path("result").path("output").asText();
    assertThat(output).hasSizeLessThanOrEqualTo(64 << 10).contains("epoch é\nepoch é\n");
    assertThat(output).doesNotContain("\ufffd");
  }

  @Test
  void failuresAreTold() throws Exception {
    JsonNode bad = ended("bad", post("/v2/models/bad/train/", "").path("uuid").asText());
    assertThat(bad.path("status").asText()).isEqualTo("error");
    assertThat(bad.path("message").asText()).contains("ended with 3").contains("no data");
    JsonNode absent = ended("absent", post("/v2/models/absent/train/", "").path("uuid").asText());
    assertThat(absent.path("message").asText()).contains("cannot be started");
    JsonNode late = ended("late", post("/v2/models/late/train/", "").path("uuid").asText());
    assertThat(late.path("message").asText()).contains("longer than 1 s");
  }

  @Test
  void aCancelledJobEndsWithItsChildren() throws Exception {
    String id = post("/v2/models/slow/train/", "").path("uuid").asText();
    Path child = directory.resolve("child.pid");
    Await.until(
        "the job has a child", () -> Files.exists(child) && !Files.readString(child).isBlank());
    long pid = Long.parseLong(Files.readString(child).strip());
    assertThat(isAlive(pid)).isTrue();
    JsonNode running = client.get("/v2/models/slow/train/" + id).json();
    assertThat(running.path("status").asText()).isEqualTo("running");
    Reply cancelled = client.send("DELETE", "/v2/models/slow/train/" + id, new byte[0]);
    assertThat(cancelled.json().path("status").asText()).isEqualTo("cancelled");
    Await.until("the child ended", () -> !isAlive(pid));
    assertThat(client.get("/v2/models/slow/train/" + id).json().path("status").asText())
        .isEqualTo("cancelled");
  }

  @Test
  void moreThanTwoAtATimeAreToldToComeAgainAndAllEndWithTheSidecar() throws Exception {
    post("/v2/models/slow/train/", "");
    post("/v2/models/slow/train/", "");
    Reply third = client.post("/v2/models/slow/train/", "");
    assertThat(third.status()).isEqualTo(503);
    assertThat(third.headers()).containsKey("Retry-After");
    Path child = directory.resolve("child.pid");
    Await.until(
        "a job has a child", () -> Files.exists(child) && !Files.readString(child).isBlank());
    long pid = Long.parseLong(Files.readString(child).strip());
    sidecar.close();
    Await.until("the child ended", () -> !isAlive(pid));
  }

  @Test
  void whatIsNotRegisteredCannotBeRun() {
    assertThat(client.post("/v2/models/other/train/", "").status()).isEqualTo(404);
    assertThat(client.get("/v2/models/good/train/0000").status()).isEqualTo(404);
    Reply unknown = client.post("/v2/models/good/train/", "{\"command\":\"id\"}");
    assertThat(unknown.status()).isEqualTo(400);
    assertThat(unknown.text()).contains("no parameter 'command'").contains("epochs");
    Reply type = client.post("/v2/models/good/train/", "{\"epochs\":\"many\"}");
    assertThat(type.status()).isEqualTo(400);
  }

  private static boolean isAlive(long pid) {
    Optional<ProcessHandle> process = ProcessHandle.of(pid);
    return process.isPresent() && process.get().isAlive();
  }

  private JsonNode post(String path, String body) {
    Reply reply = client.post(path, body);
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    return reply.json();
  }

  private JsonNode ended(String model, String id) throws Exception {
    String path = "/v2/models/" + model + "/train/" + id;
    Await.until(
        "training ends", () -> !client.get(path).json().path("status").asText().equals("running"));
    return client.get(path).json();
  }
}
