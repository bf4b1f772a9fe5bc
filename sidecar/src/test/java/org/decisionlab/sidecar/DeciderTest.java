// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.decisionlab.models.engine.Engines;
import org.decisionlab.sidecar.Client.Reply;
import org.decisionlab.sidecar.auth.Identity;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.serve.Caller;
import org.decisionlab.sidecar.serve.ModelManagement;
import org.decisionlab.sidecar.store.Alias;
import org.decisionlab.sidecar.store.ModelName;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which of several models answers caches: the same before and after a start, and everywhere. */
class DeciderTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final ModelName KEEP = new ModelName("keep");
  private static final String NONE = " 0";

  @TempDir Path directory;
  private Path models;

  @BeforeEach
  void models() {
    models = directory.resolve("models");
  }

  /** "drop" can decide too, and is older than "keep". */
  private LocalSidecar withTwo() throws Exception {
    LocalSidecar sidecar = LocalSidecar.start(models);
    publish(sidecar, "drop");
    publish(sidecar, "keep");
    assertThat(deciding(sidecar)).isEqualTo("keep 1");
    return sidecar;
  }

  @Test
  void aModelThatIsTakenOutOfProductionHandsNothingOverAtAStartEither() throws Exception {
    try (LocalSidecar sidecar = withTwo();
        LocalSidecar other = LocalSidecar.start(models)) {
      assertThat(deciding(other)).isEqualTo("keep 1");
      management(sidecar).unassign(KEEP, Alias.PRODUCTION, Caller.ANYBODY);
      assertThat(deciding(sidecar)).isEqualTo(NONE);
      Await.until("the other follows", () -> deciding(other).equals(NONE));
    }
    try (LocalSidecar sidecar = LocalSidecar.start(models)) {
      assertThat(deciding(sidecar)).isEqualTo(NONE);
      JsonNode health = sidecar.client().get("/v1/cache/health").json();
      assertThat(health.path("status").asText()).isEqualTo("default");
      assertThat(health.path("decider").asText()).isEqualTo("keep");
      assertThat(health.path("since").asText()).startsWith("20");
      management(sidecar).assign(KEEP, Alias.PRODUCTION, 1, Caller.ANYBODY);
      assertThat(deciding(sidecar)).isEqualTo("keep 1");
    }
  }

  @Test
  void aModelThatIsDamagedHandsNothingOverAtAStart() throws Exception {
    withTwo().close();
    Path files = models.resolve("keep/versions/1/files");
    Files.writeString(files.resolve("card.json"), "{}");
    try (LocalSidecar sidecar = LocalSidecar.start(models)) {
      assertThat(deciding(sidecar)).isEqualTo(NONE);
    }
  }

  @Test
  void aModelWhoseStateIsDamagedHandsNothingOverNeitherAtOnceNorAtAStart() throws Exception {
    try (LocalSidecar sidecar = withTwo();
        LocalSidecar other = LocalSidecar.start(models)) {
      Files.writeString(models.resolve("keep/model.json"), "no state");
      Await.until("it is found", () -> deciding(sidecar).equals(NONE));
      Await.until("the other finds it", () -> deciding(other).equals(NONE));
    }
    try (LocalSidecar sidecar = LocalSidecar.start(models)) {
      assertThat(deciding(sidecar)).isEqualTo(NONE);
      management(sidecar).delete(KEEP, Caller.ANYBODY);
      assertThat(deciding(sidecar)).isEqualTo("drop 1");
    }
  }

  /** By the older version alone it would be "drop" that decides. */
  @Test
  void aVersionThatCannotBeReadEitherMayBeTheOne() throws Exception {
    try (LocalSidecar sidecar = LocalSidecar.start(models)) {
      publish(sidecar, "keep");
      publish(sidecar, "drop");
      publish(sidecar, "keep");
      assertThat(deciding(sidecar)).isEqualTo("keep 2");
      Files.writeString(models.resolve("keep/versions/2/version.json"), "no manifest");
      Files.writeString(models.resolve("keep/model.json"), "no state");
      Await.until("it is found", () -> deciding(sidecar).equals(NONE));
    }
    try (LocalSidecar sidecar = LocalSidecar.start(models)) {
      assertThat(deciding(sidecar)).isEqualTo(NONE);
    }
  }

  /** Neither text nor JSON: what reads it throws no more than that it cannot be read. */
  @Test
  void aModelThatCannotBeReadAtAllKeepsNoOtherFromBeingServed() throws Exception {
    byte[] noText = {(byte) 0xFF, (byte) 0xFE, 0, 1};
    try (LocalSidecar sidecar = LocalSidecar.start(models)) {
      publish(sidecar, "keep");
      publish(sidecar, "drop");
    }
    Files.write(models.resolve("keep/versions/1/version.json"), noText);
    Files.write(models.resolve("keep/model.json"), noText);
    try (LocalSidecar sidecar = LocalSidecar.start(models)) {
      assertThat(deciding(sidecar)).isEqualTo("drop 1");
      publish(sidecar, "more");
      assertThat(deciding(sidecar)).isEqualTo("more 1");
      Files.write(models.resolve("more/versions/1/version.json"), noText);
      Files.writeString(models.resolve("more/model.json"), "no state");
      Await.until("it is found", () -> deciding(sidecar).equals(NONE));
      publish(sidecar, "later");
      assertThat(deciding(sidecar)).isEqualTo("later 1");
    }
  }

  @Test
  void aDamagedStateOfAModelThatCannotBeTheOneChangesNothing() throws Exception {
    try (LocalSidecar sidecar = withTwo()) {
      Reply reply = sidecar.client().form("POST", "/upload", Fixtures.f1Form("later"));
      assertThat(reply.status()).as(reply.text()).isEqualTo(200);
      Files.writeString(models.resolve("drop/model.json"), "no state");
      Files.writeString(models.resolve("later/model.json"), "no state");
      Await.until(
          "both are found",
          () ->
              sidecar.client().get("/v1/registry/models").text().split("cannot be read").length
                  > 2);
      assertThat(deciding(sidecar)).isEqualTo("keep 1");
    }
    try (LocalSidecar sidecar = LocalSidecar.start(models)) {
      assertThat(deciding(sidecar)).isEqualTo("keep 1");
    }
  }

  @Test
  void aVersionThatCannotDecideDoesNotCount() throws Exception {
    try (LocalSidecar sidecar = LocalSidecar.start(models)) {
      publish(sidecar, "keep");
      publish(sidecar, "drop");
      Reply reply = sidecar.client().form("POST", "/upload", Fixtures.f1Form("keep"));
      assertThat(reply.status()).as(reply.text()).isEqualTo(200);
      assertThat(deciding(sidecar)).isEqualTo("drop 1");
      management(sidecar).rollback(KEEP, Caller.ANYBODY);
      assertThat(deciding(sidecar)).isEqualTo("drop 1");
    }
    try (LocalSidecar sidecar = LocalSidecar.start(models)) {
      assertThat(deciding(sidecar)).isEqualTo("drop 1");
    }
  }

  @Test
  void statesThatDoNotTellSinceWhenAreCompletedByTheNextChange() throws Exception {
    try (LocalSidecar sidecar = LocalSidecar.start(models)) {
      publish(sidecar, "keep");
      publish(sidecar, "drop");
      publish(sidecar, "keep");
    }
    for (String name : List.of("keep", "drop")) {
      Path state = models.resolve(name).resolve("model.json");
      ObjectNode json = (ObjectNode) JSON.readTree(Files.readString(state));
      assertThat(json.remove("deciding_since")).isNotNull();
      Files.writeString(state, json.toPrettyString());
    }
    try (LocalSidecar sidecar = LocalSidecar.start(models)) {
      assertThat(deciding(sidecar)).isEqualTo("keep 2");
      management(sidecar).rollback(KEEP, Caller.ANYBODY);
      assertThat(deciding(sidecar)).isEqualTo("keep 1");
    }
    try (LocalSidecar sidecar = LocalSidecar.start(models)) {
      assertThat(deciding(sidecar)).isEqualTo("keep 1");
    }
  }

  @Test
  void aVersionThatStandsInTakesOverFromNoOtherModel() throws Exception {
    AtomicBoolean full = new AtomicBoolean();
    Engines engines =
        new Engines(
            List.of(
                new WatchedEngine(
                    file -> {
                      if (full.get()) {
                        throw new OutOfMemoryError("no memory at the moment");
                      }
                    },
                    row -> {})));
    try (LocalSidecar following =
            LocalSidecar.start(models, s -> s.withServing(s.serving().with(engines)));
        LocalSidecar publishing = LocalSidecar.start(models)) {
      publish(publishing, "keep");
      publish(publishing, "drop");
      Await.until("drop decides", () -> deciding(following).equals("drop 1"));
      Await.until(
          "keep is known",
          () -> following.client().get("/v1/registry/models").text().contains("keep"));
      full.set(true);
      publish(publishing, "keep");
      Await.until(
          "version 2 was tried",
          () -> following.client().get("/v1/registry/models").text().contains("no memory"));
      assertThat(deciding(following)).isEqualTo(NONE);
      full.set(false);
      Await.until("version 2 decides", () -> deciding(following).equals("keep 2"));
    }
  }

  @Test
  void aStateThatCannotBeReadForAMomentChangesNothing() throws Exception {
    try (LocalSidecar following = withTwo();
        LocalSidecar publishing = LocalSidecar.start(models)) {
      Path state = models.resolve("keep/model.json");
      Path aside = models.resolve("keep/aside.json");
      Files.move(state, aside);
      Files.createDirectory(state);
      for (String name : List.of("zeta", "zeta")) {
        Reply reply = publishing.client().form("POST", "/upload", Fixtures.f1Form(name));
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
      }
      // Names are followed in order, and "keep" comes before.
      Await.until("zeta is followed", () -> serves(following, "zeta", 2));
      assertThat(deciding(following)).isEqualTo("keep 1");
      Files.delete(state);
      Files.move(aside, state);
      publish(publishing, "keep");
      Await.until("version 2 decides", () -> deciding(following).equals("keep 2"));
    }
  }

  @Test
  void theLogWarnsWhenAnotherModelDecides() throws Exception {
    Queue<String> warnings = new ConcurrentLinkedQueue<>();
    Handler handler = keepingWarnings(warnings);
    Logger logger = Logger.getLogger("org.decisionlab.sidecar.serve.StoreFollower");
    logger.addHandler(handler);
    try (LocalSidecar sidecar = withTwo()) {
      assertThat(warnings).singleElement().asString().contains("keep", "drop");
      management(sidecar).delete(KEEP, Caller.ANYBODY);
      assertThat(deciding(sidecar)).isEqualTo("drop 1");
      assertThat(warnings).hasSize(2);
    } finally {
      logger.removeHandler(handler);
    }
    assertThat(warnings).hasSize(2);
  }

  private static Handler keepingWarnings(Queue<String> warnings) {
    SimpleFormatter formatter = new SimpleFormatter();
    return new Handler() {
      @Override
      public void publish(LogRecord entry) {
        if (entry.getLevel().intValue() >= Level.WARNING.intValue()) {
          warnings.add(formatter.formatMessage(entry));
        }
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }

  private static boolean serves(LocalSidecar sidecar, String name, int version) {
    try {
      sidecar.sidecar().registry().serving(name, Integer.toString(version), Identity.local());
      return true;
    } catch (RefusedException notYet) {
      return false;
    }
  }

  private static ModelManagement management(LocalSidecar sidecar) {
    return sidecar.sidecar().management();
  }

  private static void publish(LocalSidecar sidecar, String name) {
    Reply reply = sidecar.client().post("/upload", Models.archive(Models.constant(name, 1, 0.5)));
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
  }

  private static String deciding(LocalSidecar sidecar) {
    JsonNode answer =
        sidecar.client().post("/v1/cache/decide", "{\"v\":1,\"lfn\":\"/store/a\"}").json();
    return answer.path("model").asText() + " " + answer.path("version").asInt();
  }
}
