// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.decisionlab.sidecar.Client.Part;
import org.decisionlab.sidecar.Client.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may read a model: how it is said, kept, and never widened by damage. */
class ReadersTest {

  private static final String MODEL = "/v1/registry/models/mine";

  @TempDir Path directory;
  private Users users;

  private void start(String usual) throws Exception {
    users = new Users(directory, usual);
  }

  @AfterEach
  void stop() {
    users.close();
  }

  private static void done(Reply reply) {
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
  }

  private void refused(Reply reply, int status, String... why) {
    assertThat(reply.status()).as(reply.text()).isEqualTo(status);
    assertThat(reply.text()).contains(why);
  }

  /** Who of them sees the model: letters of owner, admin, member, other and robot. */
  private String seenBy() {
    StringBuilder seen = new StringBuilder();
    for (String user : List.of(Users.OWNER, Users.ADMIN, Users.MEMBER, Users.OTHER, Users.ROBOT)) {
      boolean listed = users.get(user, "/models").text().contains("\"mine\"");
      assertThat(users.get(user, "/v1/registry/models").text().contains("\"mine\""))
          .as(user)
          .isEqualTo(listed);
      seen.append(listed ? user.charAt(0) : '-');
    }
    return seen.toString();
  }

  private String told() {
    return users.status(Users.ADMIN, "mine").json().path("readers").toString();
  }

  @Test
  void theOwnerSaysWhoReadsAndLaterVersionsAndRestartsKeepIt() throws Exception {
    start("");
    done(users.publish(Users.OWNER, "mine", ""));
    assertThat(seenBy()).isEqualTo("oamor");
    assertThat(told()).isEqualTo("\"all\"");
    done(users.put(Users.OWNER, MODEL + "/readers", "{\"readers\":\"owner\"}"));
    assertThat(seenBy()).isEqualTo("oa---");
    done(users.client().send("DELETE", "/delete/mine", new byte[0], users.headers(Users.OTHER)));
    done(users.publish(Users.OWNER, "mine", ""));
    assertThat(users.status(Users.OWNER, "mine").json().path("versions")).hasSize(2);
    assertThat(seenBy()).isEqualTo("oa---");
    users.restart();
    assertThat(seenBy()).isEqualTo("oa---");
    done(users.put(Users.ADMIN, MODEL + "/readers", "{\"readers\":[\"/cms/trees\"]}"));
    users.restart();
    assertThat(seenBy()).isEqualTo("oam--");
    JsonNode status = users.status(Users.MEMBER, "mine").json();
    assertThat(status.path("readers").toString()).isEqualTo("[\"/cms/trees\"]");
    assertThat(status.path("readers_issuer").asText()).isEqualTo(users.issuer());
    done(users.put(Users.OWNER, MODEL + "/readers", "{\"readers\":\"all\"}"));
    assertThat(seenBy()).isEqualTo("oamor");
    assertThat(users.audit())
        // To the client a deletion of nothing, to the operator one that was refused.
        .containsPattern("\"operation\":\"delete\"[^\n]*\"outcome\":\"refused\"")
        .contains(
            "\"operation\":\"putReaders\"",
            "\"readers\":\"owner\"",
            "\"readers\":[\"/cms/trees\"]");
  }

  @Test
  void anotherSidecarOnTheStoreFollows() throws Exception {
    start("");
    done(users.publish(Users.OWNER, "mine", ""));
    try (LocalSidecar second = users.another()) {
      Client client = second.client();
      String[] other = users.headers(Users.OTHER);
      Await.until(
          "it is there",
          () -> client.send("GET", "/params/mine", new byte[0], other).status() == 200);
      done(users.put(Users.OWNER, MODEL + "/readers", "{\"readers\":\"owner\"}"));
      Await.until(
          "it is gone",
          () -> client.send("GET", "/params/mine", new byte[0], other).status() == 404);
      assertThat(
              client.send("GET", "/params/mine", new byte[0], users.headers(Users.OWNER)).status())
          .isEqualTo(200);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | oamor",
        "\"all\" | oamor",
        "\"owner\" | oa---",
        "[\"/cms\"] | oamo-",
        "[\"/cms/trees\",\"/cms/none\"] | oam--",
      })
  void theIssuersFileSaysWhoReadsNewModels(String usual, String seen) throws Exception {
    start(usual);
    done(users.publish(Users.OWNER, "mine", ""));
    assertThat(seenBy()).isEqualTo(seen);
    // What is said at a publication goes before it, and is kept.
    done(users.publish(Users.OWNER, "mine", "?readers=owner"));
    assertThat(seenBy()).isEqualTo("oa---");
    done(users.publish(Users.OWNER, "mine", ""));
    assertThat(seenBy()).isEqualTo("oa---");
    // A name that was given up is a new model's: its owner's issuer says who reads it.
    users.client().send("DELETE", "/delete/mine", new byte[0], users.headers(Users.OWNER));
    done(users.publish(Users.OWNER, "mine", ""));
    assertThat(seenBy()).isEqualTo(seen);
  }

  @Test
  void thePublisherSaysItInTheQueryOrTheForm() throws Exception {
    start("");
    done(users.publish(Users.OWNER, "mine", "?readers=/cms/trees,/cms/none"));
    assertThat(seenBy()).isEqualTo("oam--");
    done(users.publishDecider(Users.OWNER, "hoard", "?readers=owner"));
    assertThat(users.get(Users.OTHER, "/models").text()).doesNotContain("hoard");
    Map<String, Part> form = new LinkedHashMap<>(Fixtures.f1Form("mine"));
    form.put("readers", Part.field("all"));
    done(users.form(Users.OWNER, "POST", "/upload", form));
    assertThat(seenBy()).isEqualTo("oamor");
    refused(users.form(Users.OWNER, "POST", "/upload?readers=owner", form), 400, "in the form");
    for (String wrong : List.of("everybody", "cms", "/cms/", "/cms,", "owner,/cms", "/c%20ms")) {
      refused(users.publish(Users.OWNER, "mine", "?readers=" + wrong), 400, "'readers' must be");
    }
    assertThat(told()).isEqualTo("\"all\"");
    assertThat(users.status(Users.OWNER, "mine").json().path("versions")).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\"ALL\"", "\"\"", "7", "null", "[]", "[7]", "{}", "[\"cms\"]", "\"/cms\""})
  void whatNamesNoReadersIsRefused(String readers) throws Exception {
    start("");
    done(users.publish(Users.OWNER, "mine", ""));
    refused(
        users.put(Users.OWNER, MODEL + "/readers", "{\"readers\":" + readers + "}"),
        400,
        "'readers' must be");
    refused(users.put(Users.OWNER, MODEL + "/readers", "{}"), 400, "'readers' must be");
    assertThat(seenBy()).isEqualTo("oamor");
  }

  @Test
  void groupsAreOfTheOwnersIssuerAndPrivateModelsBelongToSomebody() throws Exception {
    start("");
    refused(users.publish(Users.ROBOT, "mine", "?readers=/cms"), 409, "is of no issuer");
    assertThat(users.models().resolve("mine")).doesNotExist();
    done(users.publish(Users.ROBOT, "mine", "?readers=owner"));
    String ofRobot = seenBy();
    assertThat(ofRobot).isEqualTo("-a--r");
    refused(
        users.put(Users.ROBOT, MODEL + "/owner", "{\"owner\":null}"), 409, "cannot be nobody's");
    done(
        users.put(
            Users.ROBOT, MODEL + "/owner", "{\"owner\":\"" + users.name(Users.OWNER) + "\"}"));
    assertThat(seenBy()).isEqualTo("oa---");
    done(users.put(Users.ADMIN, MODEL + "/readers", "{\"readers\":[\"/cms/trees\"]}"));
    assertThat(seenBy()).isEqualTo("oam--");
    // Its readers stay those of the issuer that they were named by.
    done(users.put(Users.OWNER, MODEL + "/owner", "{\"owner\":\"x@https://b.example.org\"}"));
    assertThat(seenBy()).isEqualTo("-am--");
    done(users.put(Users.ADMIN, MODEL + "/readers", "{\"readers\":[\"/cms/trees\"]}"));
    assertThat(seenBy()).isEqualTo("-a---");
    done(users.put(Users.ADMIN, MODEL + "/readers", "{\"readers\":\"all\"}"));
    done(users.put(Users.ADMIN, MODEL + "/owner", "{\"owner\":null}"));
    refused(
        users.put(Users.OTHER, MODEL + "/readers", "{\"readers\":\"owner\"}"), 409, "to nobody");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no state",
        "{",
        "{\"format\":2,\"last\":1,\"deleted_up_to\":0,\"aliases\":{\"production\":1},\"canary_weight\":0,\"previous\":[]}",
        "{\"format\":1,\"last\":1,\"deleted_up_to\":0,\"aliases\":{\"production\":1},\"canary_weight\":0,\"previous\":[],\"readers\":{\"scope\":\"owner\"}}",
        "{\"format\":2,\"last\":1,\"deleted_up_to\":0,\"aliases\":{\"production\":1},\"canary_weight\":0,\"previous\":[],\"readers\":\"all\"}",
        "{\"format\":2,\"last\":1,\"deleted_up_to\":0,\"aliases\":{\"production\":1},\"canary_weight\":0,\"previous\":[],\"readers\":{\"scope\":\"groups\",\"groups\":[\"/cms\"]}}",
      })
  void aDamagedStateIsTheOwnersAlone(String state) throws Exception {
    start("");
    done(users.publish(Users.OWNER, "mine", "?readers=/cms/trees"));
    Path file = users.models().resolve("mine/model.json");
    if (state.equals("no state")) {
      Files.delete(file);
    } else {
      Files.writeString(file, state);
    }
    Await.until(
        "the damage is found",
        () -> users.get(Users.OWNER, "/models").text().contains("\"problem\""));
    assertThat(seenBy()).isEqualTo("oa---");
    users.restart();
    assertThat(seenBy()).isEqualTo("oa---");
    String none = users.status(Users.OTHER, "nine").text().replace("nine", "mine");
    refused(users.status(Users.OTHER, "mine"), 404, none);
    refused(users.get(Users.MEMBER, "/params/mine"), 404, none);
    refused(users.publish(Users.OTHER, "mine", ""), 403, "belongs to somebody else");
    done(users.client().send("DELETE", "/delete/mine", new byte[0], users.headers(Users.OTHER)));
    // Publishing again mends it, for its owner alone until they say more.
    done(users.publish(Users.OWNER, "mine", ""));
    assertThat(seenBy()).isEqualTo("oa---");
    assertThat(users.get(Users.OWNER, "/models").text()).contains("\"version\":2");
  }

  @Test
  void aFileWithoutReadersIsOfAnOldProgramAndForAll() throws Exception {
    start("");
    done(users.publish(Users.OWNER, "mine", ""));
    String state = Files.readString(users.models().resolve("mine/model.json"));
    assertThat(state).contains("\"format\" : 1").doesNotContain("readers");
    // Old programs must not read one that is not for all.
    done(users.put(Users.OWNER, MODEL + "/readers", "{\"readers\":\"owner\"}"));
    assertThat(Files.readString(users.models().resolve("mine/model.json")))
        .contains("\"format\" : 2", "\"scope\" : \"owner\"");
  }

  @Test
  void aPrivateModelAnswersCachesWithoutItsName() throws Exception {
    start("");
    done(users.publishDecider(Users.OWNER, "mine", "?readers=owner"));
    String question = "{\"v\":1,\"layer\":\"site\",\"lfn\":\"/store/a\",\"explain\":true}";
    String files =
        "{\"v\":1,\"layer\":\"site\",\"files\":[{\"lfn\":\"/store/a\",\"size\":9}],\"need_bytes\":1}";
    for (String user : List.of(Users.OTHER, Users.MEMBER, Users.ROBOT)) {
      JsonNode answer = users.post(user, "/v1/cache/decide", question).json();
      assertThat(answer.path("store").asBoolean()).isTrue();
      assertThat(answer.path("why").asText()).isEqualTo("model");
      assertThat(answer.fieldNames())
          .toIterable()
          .containsExactlyInAnyOrder("store", "ttl_s", "why");
      JsonNode batch = users.post(user, "/v1/cache/decide/batch", files).json();
      assertThat(batch.path("answers").get(0).fieldNames())
          .toIterable()
          .containsExactlyInAnyOrder("store", "ttl_s", "why");
      JsonNode order = users.post(user, "/v1/cache/purge-order", files).json();
      assertThat(order.fieldNames())
          .toIterable()
          .containsExactlyInAnyOrder("why", "order", "enough");
      JsonNode health = users.get(user, "/v1/cache/health").json();
      assertThat(health.path("status").asText()).isEqualTo("model");
      assertThat(health.toString()).doesNotContain("mine").doesNotContain("since");
    }
    JsonNode owners = users.post(Users.OWNER, "/v1/cache/decide", question).json();
    assertThat(owners.path("model").asText()).isEqualTo("mine");
    assertThat(owners.has("features")).isTrue();
    assertThat(users.get(Users.OWNER, "/v1/cache/health").json().path("decider").asText())
        .isEqualTo("mine");
    assertThat(users.post(Users.OWNER, "/v1/cache/purge-order", files).json().has("scores"))
        .isTrue();
  }

  /** Who may not read the default model has the only one that they may read, or none. */
  @Test
  void theDefaultModelIsNoWayToAPrivateOne() throws Exception {
    start("");
    done(users.publish(Users.OWNER, "mine", "?readers=owner"));
    String row = "{\"values\":[1,2,3]}";
    Reply none = users.post(Users.OTHER, "/json", row);
    refused(none, 400, "names no model");
    done(users.post(Users.OWNER, "/params", "{\"name\":\"mine\"}"));
    assertThat(users.post(Users.OTHER, "/json", row).text()).isEqualTo(none.text());
    assertThat(users.get(Users.OTHER, "/params").text()).isEqualTo(none.text());
    done(users.post(Users.OWNER, "/json", row));
    done(users.publish(Users.OTHER, "shared", ""));
    assertThat(users.get(Users.OTHER, "/params").text()).contains("\"shared\"");
    assertThat(users.get(Users.OWNER, "/params").text()).contains("\"mine\"");
  }

  /** Numbers of a model that was private are not shown to readers of the next of its name. */
  @Test
  void figuresOfADeletedModelAreNotTheNextOnes() throws Exception {
    start("");
    done(users.publishDecider(Users.OWNER, "mine", "?readers=owner"));
    done(users.post(Users.OWNER, "/v1/cache/decide", "{\"v\":1,\"lfn\":\"/store/a\"}"));
    assertThat(users.get(Users.OWNER, "/metrics").text()).contains("model=\"mine\"");
    done(users.client().send("DELETE", "/delete/mine", new byte[0], users.headers(Users.OWNER)));
    assertThat(users.get(Users.OWNER, "/metrics").text()).doesNotContain("model=\"mine\"");
    done(users.publish(Users.OTHER, "mine", ""));
    assertThat(users.get(Users.OTHER, "/metrics").text()).doesNotContain("model=\"mine\"");
    assertThat(users.get(Users.ADMIN, "/metrics").text()).contains("model=\"mine\",version=\"1\"");
  }
}
