// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.decisionlab.sidecar.Client.Part;
import org.decisionlab.sidecar.Client.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the Python client of TFaaS's repository sends, as it was recorded from it. */
class TfaasPythonClientTest {

  private static final String[] AGENT = {"User-Agent", "tfaas-client/1.1::python/2.7 (me)"};

  @TempDir Path directory;

  /** Files have whole paths, the model is base64 text in lines, members of its JSON are fields. */
  private static Map<String, Part> upload(String op) {
    byte[] model =
        Base64.getMimeEncoder().encodeToString(Fixtures.F1).getBytes(StandardCharsets.US_ASCII);
    Map<String, Part> parts = new LinkedHashMap<>();
    parts.put("name", Part.field("f1"));
    parts.put(
        "params", Part.file("/afs/user/me/f1/params.json", Fixtures.utf8(Fixtures.F1_PARAMS)));
    parts.put("model", Part.file("/afs/user/me/f1/f1.pb", model));
    parts.put("labels", Part.file("/afs/user/me/f1/labels.txt", Fixtures.utf8(Fixtures.LABELS)));
    if (!op.isEmpty()) {
      parts.put("op", Part.field(op));
    }
    return parts;
  }

  @Test
  void everyActionOfItWorks() throws Exception {
    try (LocalSidecar sidecar = LocalSidecar.start(directory.resolve("models"))) {
      Client client = sidecar.client();
      for (String op : new String[] {"", "softmax"}) {
        Reply uploaded =
            client.form(
                "POST", "/upload", upload(op), "Content-Encoding", "base64", AGENT[0], AGENT[1]);
        assertThat(uploaded.status()).as(uploaded.text()).isEqualTo(200);
        assertThat(uploaded.text()).isEmpty();
      }
      assertThat(
              client.send("GET", "/models", new byte[0], AGENT).json().get(0).path("name").asText())
          .isEqualTo("f1");
      // Its predictions have the content type of forms, whatever its authors wanted.
      Reply predicted =
          client.post(
              "/json",
              "{\"keys\": [\"a\", \"b\", \"c\"], \"values\": [1, 2, 3], \"model\": \"f1\"}",
              "Content-Type",
              "application/x-www-form-urlencoded",
              "Accept",
              "*/*");
      assertThat(predicted.json().get(2).asDouble()).isCloseTo(0.66524094, within(1e-6));
      Reply bundle =
          client.post(
              "/upload",
              Fixtures.gzip(Fixtures.f2Tar()),
              "Content-Encoding",
              "gzip",
              "Content-Type",
              "application/octet-stream");
      assertThat(bundle.status()).isEqualTo(200);
      Reply picture = client.form("POST", "/upload", Pictures.frozenForm("img"));
      assertThat(picture.status()).isEqualTo(200);
      Reply labels = client.form("POST", "/image", Pictures.form(Pictures.grey28(), "img"));
      assertThat(labels.json().path("filename").asText()).isEqualTo("img.png");
      Reply deleted = client.form("DELETE", "/delete", Map.of("model", Part.field("f1")), AGENT);
      assertThat(deleted.status()).isEqualTo(200);
      assertThat(client.get("/models").json()).hasSize(2);
    }
  }
}
