// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.decisionlab.sidecar.Client.Reply;
import org.decisionlab.sidecar.SidecarSettings.Access;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions, aliases, canary, rollback and owners through their routes. */
class RegistryDoorsTest {

  private static final String MODEL = "/v1/registry/models/keep";

  @TempDir Path directory;

  private static int answering(Client client) {
    String question = "{\"v\":1,\"lfn\":\"/store/a\"}";
    return client.post("/v1/cache/decide", question).json().path("version").asInt();
  }

  private static JsonNode put(Client client, String path, String body) {
    Reply reply = client.send("PUT", path, body.getBytes(StandardCharsets.UTF_8));
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    return reply.json();
  }

  @Test
  void versionsAreSwitchedRolledBackAndDeleted() throws Exception {
    try (LocalSidecar sidecar = LocalSidecar.start(directory.resolve("models"))) {
      Client client = sidecar.client();
      for (int version = 1; version <= 3; version++) {
        String alias = version == 3 ? "?alias=candidate" : "";
        byte[] archive = Models.archive(Models.constant("keep", version, 0.5));
        assertThat(client.post("/upload" + alias, archive).status()).isEqualTo(200);
      }
      assertThat(answering(client)).isEqualTo(2);
      JsonNode status = client.get(MODEL + "/status").json();
      assertThat(status.path("aliases").path("production").asInt()).isEqualTo(2);
      assertThat(status.path("aliases").path("candidate").asInt()).isEqualTo(3);
      assertThat(status.path("versions")).hasSize(3);
      assertThat(status.path("versions").get(0).path("sha256").path("saved_model.pb").asText())
          .matches("[0-9a-f]{64}");
      assertThat(status.path("versions").get(0).path("provenance").path("code_version").asText())
          .isEqualTo("test");

      put(client, MODEL + "/aliases/production", "{\"version\":3}");
      assertThat(answering(client)).isEqualTo(3);
      assertThat(client.post(MODEL + "/rollback", "").status()).isEqualTo(200);
      assertThat(answering(client)).isEqualTo(2);
      assertThat(client.get("/v2/models/keep/versions/candidate").json().path("version").asText())
          .isEqualTo("3");

      JsonNode canary = put(client, MODEL + "/canary", "{\"version\":3,\"weight\":1}");
      assertThat(canary.path("canary_weight").asDouble()).isEqualTo(1);
      assertThat(answering(client)).isEqualTo(3);
      assertThat(client.send("DELETE", MODEL + "/aliases/canary", new byte[0]).status())
          .isEqualTo(200);
      assertThat(answering(client)).isEqualTo(2);
      assertThat(client.send("DELETE", MODEL + "/versions/2", new byte[0]).status()).isEqualTo(409);
      assertThat(client.send("DELETE", MODEL + "/versions/1", new byte[0]).status()).isEqualTo(200);
      assertThat(client.get("/v1/registry/models").json().get(0).path("versions")).hasSize(2);
    }
  }

  @Test
  void mistakesAreTold() throws Exception {
    try (LocalSidecar sidecar = LocalSidecar.start(directory.resolve("models"))) {
      Client client = sidecar.client();
      byte[] archive = Models.archive(Models.constant("keep", 1, 0.5));
      assertThat(client.post("/upload", archive).status()).isEqualTo(200);
      assertThat(client.post("/upload?alias=Not+One", archive).status()).isEqualTo(400);
      assertThat(client.get("/v1/registry/models/other/status").status()).isEqualTo(404);
      assertThat(client.post(MODEL + "/rollback", "").status()).isEqualTo(409);
      for (String body : new String[] {"{}", "{\"version\":\"1\"}", "{\"version\":0}", "x"}) {
        Reply reply = client.send("PUT", MODEL + "/aliases/production", Fixtures.utf8(body));
        assertThat(reply.status()).as(body).isEqualTo(400);
        assertThat(reply.isError()).isTrue();
      }
      byte[] missing = Fixtures.utf8("{\"version\":9}");
      assertThat(client.send("PUT", MODEL + "/aliases/production", missing).status())
          .isEqualTo(404);
      byte[] heavy = Fixtures.utf8("{\"version\":1,\"weight\":2}");
      assertThat(client.send("PUT", MODEL + "/canary", heavy).status()).isEqualTo(400);
      assertThat(client.send("DELETE", MODEL + "/versions/x", new byte[0]).status()).isEqualTo(400);
    }
  }

  @Test
  void onlyTheOwnerAndAdministratorsChangeAModel() throws Exception {
    String[] rights = {"\"publish\",\"read\"", "\"publish\"", "\"publish\",\"admin\""};
    StringBuilder tokens = new StringBuilder("{\"tokens\":[");
    for (int i = 0; i < rights.length; i++) {
      String secret = "secret" + i;
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
      tokens.append(i == 0 ? "" : ",");
      tokens.append(
          "{\"sha256\":\"%s\",\"name\":\"user%d\",\"rights\":[%s]}"
              .formatted(HexFormat.of().formatHex(hash), i, rights[i]));
    }
    Path file = Files.writeString(directory.resolve("tokens.json"), tokens + "]}");
    try (LocalSidecar sidecar =
        LocalSidecar.start(directory.resolve("models"), s -> s.withAccess(new Access(file, 0)))) {
      Client client = sidecar.client();
      byte[] archive = Models.archive(Models.constant("keep", 1, 0.5));
      assertThat(client.post("/upload", archive, as(0)).status()).isEqualTo(200);
      Reply status = client.send("GET", MODEL + "/status", new byte[0], as(0));
      assertThat(status.json().path("owner").asText()).isEqualTo("user0");
      assertThat(status.json().path("versions").get(0).path("published_by").asText())
          .isEqualTo("user0");
      assertThat(client.post("/upload", archive, as(1)).status()).isEqualTo(403);
      assertThat(client.send("DELETE", "/delete/keep", new byte[0], as(1)).status()).isEqualTo(403);
      byte[] other = Fixtures.utf8("{\"owner\":\"user1\"}");
      assertThat(client.send("PUT", MODEL + "/owner", other, as(2)).status()).isEqualTo(200);
      assertThat(client.post("/upload", archive, as(1)).status()).isEqualTo(200);
    }
  }

  private static String[] as(int user) {
    return new String[] {"Authorization", "Bearer secret" + user};
  }
}
