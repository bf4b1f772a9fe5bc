// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.decisionlab.models.proto.WireWriter;
import org.decisionlab.sidecar.Client.Part;
import org.decisionlab.sidecar.Client.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A private model at every door: each operation of the description is asked about it and about one
 * that does not exist. To who may not read it there is no difference. An operation that is added to
 * the description is asked by itself; one that says in no known way whether it names a model fails
 * the test until it is said here.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PrivateDoorsTest {

  /** The private model, and one that there is not; both names are as long. */
  private static final String SECRET = "secret";

  private static final String ABSENT = "absent";
  private static final String MODEL = "/v1/registry/models/" + SECRET;

  /** Operations that name no model and tell of none. */
  private static final Set<String> OF_NO_MODEL =
      Set.of(
          "serverMetadata",
          "serverLive",
          "serverReady",
          "live",
          "ready",
          "status",
          "seen",
          "feedback",
          "webModels",
          "webGraph",
          "netron",
          "webApi",
          "webAsset",
          "favicon",
          "openapi");

  /** Operations that tell of many models, or of one that nobody has named. */
  private static final Set<String> OF_ALL_MODELS =
      Set.of(
          "models",
          "deepaasModels",
          "deepaasModelsV1",
          "downloads",
          "registryModels",
          "metrics",
          "cacheHealth",
          "defaultParams",
          "decide",
          "decideBatch",
          "purgeOrder");

  /** A publication is refused to others because the name is taken, which they learn by it. */
  private static final String UPLOAD = "upload";

  private Users users;
  private JsonNode api;
  private String training;

  /** One operation, as it is asked about a model. */
  private record Door(String method, String path, String id, JsonNode operation) {

    boolean isOpen() {
      return !operation.has("x-right");
    }

    String right() {
      return operation.path("x-right").asText();
    }

    boolean namesByPath() {
      return path.contains("{model}") || path.contains("{path}");
    }
  }

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    users = new Users(directory, "");
    done(users.publish(Users.OWNER, SECRET, "?readers=owner"));
    done(users.publish(Users.OWNER, SECRET, ""));
    done(users.put(Users.OWNER, MODEL + "/aliases/old", "{\"version\":1}"));
    done(users.publish(Users.OWNER, "shared", ""));
    done(users.publishDecider(Users.OWNER, "hoard", "?readers=owner"));
    done(users.post(Users.OWNER, "/params", "{\"name\":\"secret\"}"));
    api = users.client().get("/openapi.json").json();
    training =
        users.post(Users.OWNER, "/v2/models/secret/train", "{}").json().path("uuid").asText();
    assertThat(training).isNotEmpty();
    // Something is counted of them.
    done(users.post(Users.OWNER, "/json", "{\"values\":[1,2,3]}"));
    done(users.post(Users.OTHER, "/v1/cache/decide", "{\"v\":1,\"lfn\":\"/store/a\"}"));
  }

  private static void done(Reply reply) {
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
  }

  @AfterAll
  void stop() {
    users.close();
  }

  private void readers(String readers) {
    done(users.put(Users.OWNER, MODEL + "/readers", "{\"readers\":" + readers + "}"));
  }

  private List<Door> doors() {
    List<Door> doors = new ArrayList<>();
    for (Map.Entry<String, JsonNode> path : api.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
        String id = method.getValue().path("operationId").asText();
        String name = method.getKey().toUpperCase(Locale.ROOT);
        doors.add(new Door(name, path.getKey(), id, method.getValue()));
      }
    }
    return doors;
  }

  /** Doors that are asked about one model by its name. */
  private List<Door> named() {
    List<Door> named = new ArrayList<>();
    for (Door door : doors()) {
      boolean listed = OF_NO_MODEL.contains(door.id()) || OF_ALL_MODELS.contains(door.id());
      boolean asked = door.namesByPath() || body(door, SECRET) != null || isOfQuery(door);
      assertThat((listed ^ asked) || door.id().equals(UPLOAD))
          .as("how does %s %s (%s) name a model?", door.method(), door.path(), door.id())
          .isTrue();
      if (asked && !door.id().equals(UPLOAD)) {
        named.add(door);
      }
    }
    return named;
  }

  private static boolean isOfQuery(Door door) {
    return door.id().equals("data");
  }

  private String url(Door door, String model) {
    return door.path()
            .replace("{model}", model)
            .replace("{path}", model + "/f1.pb")
            .replace("{version}", "1")
            .replace("{alias}", "candidate")
            .replace("{uuid}", training)
        + (isOfQuery(door) ? "?model=" + model + "/f1.pb" : "");
  }

  /** A body of JSON as its example in the description, with the model's name; null for none. */
  private String body(Door door, String model) {
    String example = example(door);
    return example.contains("\"f1\"") || isForm(door)
        ? example.replace("\"f1\"", "\"" + model + "\"")
        : null;
  }

  private static boolean isForm(Door door) {
    JsonNode content = door.operation().path("requestBody").path("content");
    boolean form = content.has("multipart/form-data");
    return form ? !content.has("application/json") : content.has("application/octet-stream");
  }

  private Reply ask(String user, Door door, String model) {
    String url = url(door, model);
    return switch (door.id()) {
      case "predictImage", "predictImagePrefixed" ->
          users.form(user, door.method(), url, Pictures.form(Pictures.grey28(), model));
      case "deleteByForm" ->
          users.form(user, door.method(), url, Map.of("model", Part.field(model)));
      case "predictProto", "predictProtoPrefixed" ->
          users.client().send(door.method(), url, proto(model), users.headers(user));
      default -> {
        assertThat(isForm(door)).as("a form for %s is not made here", door.id()).isFalse();
        String body = body(door, model);
        byte[] bytes = Fixtures.utf8(body == null ? example(door) : body);
        Reply reply = users.client().send(door.method(), url, bytes, users.headers(user));
        if (door.id().startsWith("train")) {
          awaitTrainings();
        }
        yield reply;
      }
    };
  }

  /** Few may run at a time. */
  private void awaitTrainings() {
    try {
      Await.until(
          "trainings have ended",
          () -> !users.get(Users.OWNER, "/v2/models/secret/train").text().contains("\"running\""));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private String example(Door door) {
    JsonNode schema =
        door.operation()
            .path("requestBody")
            .path("content")
            .path("application/json")
            .path("schema");
    String reference = schema.path("$ref").asText();
    return api.path("components")
        .path("schemas")
        .path(reference.substring(reference.lastIndexOf('/') + 1))
        .path("example")
        .toString();
  }

  private static byte[] proto(String model) {
    return new WireWriter().floats(2, 1, 2, 3).text(3, model).toByteArray();
  }

  /** What was answered, without the name that was asked for. */
  private static String told(Reply reply, String model) {
    return reply.status()
        + " "
        + reply.contentType()
        + " "
        + reply.headers().get("WWW-Authenticate")
        + " "
        + reply.text().replace(model, "NAME");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"owner\"", "[\"/cms/trees\"]"})
  void itIsAtNoDoorForWhoMayNotReadIt(String readers) {
    readers(readers);
    List<String> others = new ArrayList<>(List.of(Users.OTHER, Users.ROBOT, Users.NOBODY));
    if (readers.equals("\"owner\"")) {
      others.add(Users.MEMBER);
    }
    int asked = 0;
    for (Door door : named()) {
      for (String user : others) {
        Reply reply = ask(user, door, SECRET);
        String shown = user + " " + door + ": " + reply.text();
        assertThat(told(reply, SECRET)).as(shown).isEqualTo(told(ask(user, door, ABSENT), ABSENT));
        assertThat(reply.status()).as(shown).isEqualTo(expected(user, door));
        asked++;
      }
    }
    assertThat(asked).isGreaterThan(100);
    // And nobody has changed or deleted it.
    assertThat(users.status(Users.OWNER, SECRET).json().path("aliases").toString())
        .isEqualTo("{\"old\":1,\"production\":2}");
  }

  /** A deletion of nothing is done; the other doors know no such model. */
  private static int expected(String user, Door door) {
    if (user.equals(Users.NOBODY) && !door.isOpen()) {
      return 401;
    }
    if (door.right().equals("admin")) {
      return 403;
    }
    return Set.of("delete", "deleteByForm").contains(door.id()) ? 200 : 404;
  }

  @ParameterizedTest
  @ValueSource(strings = {Users.OWNER, Users.ADMIN, Users.MEMBER})
  void itIsAtEveryDoorForWhoMay(String user) {
    readers("[\"/cms/trees\"]");
    int asked = 0;
    for (Door door : named()) {
      // One that could change it is asked by those only who may not, and says that there is one.
      boolean changes = door.right().equals("publish");
      if (door.right().equals("admin") || (changes && !user.equals(Users.MEMBER))) {
        continue;
      }
      Reply reply = ask(user, door, SECRET);
      String shown = user + " " + door + ": " + reply.text();
      assertThat(told(reply, SECRET)).as(shown).isNotEqualTo(told(ask(user, door, ABSENT), ABSENT));
      if (changes && !door.id().equals("chooseDefault")) {
        assertThat(reply.status()).as(shown).isEqualTo(403);
      } else if (!door.id().startsWith("predictImage")) {
        assertThat(reply.status()).as(shown).isEqualTo(200);
      }
      asked++;
    }
    assertThat(asked).isGreaterThan(25);
  }

  @Test
  void listsAndFiguresDoNotNameItToWhoMayNotReadIt() {
    readers("[\"/cms/trees\"]");
    for (Door door : doors()) {
      if (!OF_ALL_MODELS.contains(door.id())) {
        continue;
      }
      for (String user : List.of(Users.OTHER, Users.ROBOT, Users.NOBODY)) {
        Reply reply = asked(user, door);
        assertThat(reply.text()).as(user + " " + door).doesNotContain(SECRET, "hoard");
        assertThat(reply.status()).isEqualTo(user.equals(Users.NOBODY) ? 401 : 200);
      }
      for (String user : List.of(Users.OWNER, Users.ADMIN)) {
        String text = asked(user, door).text();
        assertThat(text.contains(SECRET) || text.contains("hoard")).as(user + " " + door).isTrue();
      }
    }
    for (String user : List.of(Users.OWNER, Users.ADMIN, Users.MEMBER, Users.WATCH)) {
      assertThat(users.get(user, "/metrics").text()).contains("{model=\"secret\",version=\"2\"}");
    }
    assertThat(users.get(Users.MEMBER, "/metrics").text()).doesNotContain("hoard");
    assertThat(users.get(Users.WATCH, "/metrics").text()).contains("hoard");
    assertThat(users.get(Users.WATCH, "/models").text()).doesNotContain(SECRET).contains("shared");
    for (String list : List.of("/models", "/v2/models", "/download", "/v1/registry/models")) {
      assertThat(users.get(Users.MEMBER, list).text()).contains(SECRET, "shared");
      assertThat(users.get(Users.OTHER, list).text()).contains("shared");
    }
  }

  private Reply asked(String user, Door door) {
    String body = door.method().equals("GET") ? "" : example(door);
    if (door.id().equals("decide")) {
      body = body.replace("\"seq\"", "\"explain\":true,\"seq\"");
    }
    return users
        .client()
        .send(door.method(), door.path(), Fixtures.utf8(body), users.headers(user));
  }

  @Test
  void theNameIsTakenForWhoPublishes() {
    readers("\"owner\"");
    Reply refused = users.publish(Users.OTHER, SECRET, "");
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.text()).contains("belongs to somebody else").doesNotContain("owner-1");
  }
}
