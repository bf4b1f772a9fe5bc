// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.tfaas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.decisionlab.models.bundle.ArchiveLimits;
import org.decisionlab.models.bundle.BundleArchive;
import org.decisionlab.models.bundle.Bundles;
import org.decisionlab.models.bundle.ModelBundle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TfaasClientTest {

  private static final String SECRET = "very.secret.token";

  @TempDir private Path folder;
  private QuirkyServer server;
  private TfaasClient client;

  @BeforeEach
  void start() throws Exception {
    server = new QuirkyServer();
    client = new TfaasClient(TfaasSettings.of(server.base()));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void modelsOfBothDialects() throws Exception {
    server.says("GET /models", 200, "null\n");
    assertThat(client.models()).isEmpty();
    server.says(
        "GET /models",
        200,
        """
        [{"name":"f1","model":"f1.pb","labels":"labels.txt","op":"","img_channels":0,"options":null,
          "input_node":"x_in","output_node":"y_out","description":"d","timestamp":"t",
          "version":3,"decides":true},
         {"name":"old","model":"o.pb","labels":"l","inputNode":"i","outputNode":"o"}]
        """);
    assertThat(client.models())
        .containsExactly(
            new ModelListing("f1", "f1.pb", "labels.txt", "x_in", "y_out", "d", "t", 3, true),
            new ModelListing("old", "o.pb", "l", "i", "o", "", "", null, false));
  }

  @Test
  void paramsAreReturnedAsTheyAre() throws Exception {
    server.says("GET /params/f1", 200, "{\"name\":\"f1\"}");
    assertThat(client.params("f1").path("name").asText()).isEqualTo("f1");
    assertThatIllegalArgumentException().isThrownBy(() -> client.params("a/../b"));
  }

  @Test
  void archivesAreUploadedAsGzip() throws Exception {
    server.says("POST /upload", 200, "");
    ModelBundle bundle = Bundles.random("model_1", 1);
    client.upload(bundle);
    assertThat(server.last().header("Content-encoding")).isEqualTo("gzip");
    assertThat(server.last().header("Content-type")).isEqualTo("application/octet-stream");
    Path received =
        BundleArchive.unpack(
            new ByteArrayInputStream(server.last().bytes()), folder, ArchiveLimits.DEFAULT);
    assertThat(ModelBundle.read(received).card()).isEqualTo(bundle.card());
    Path archive = folder.resolve("a.tar.gz");
    bundle.writeArchive(archive);
    client.upload(archive);
    assertThat(server.last().bytes()).isEqualTo(bundle.toArchive());
    Assertions.assertThatExceptionOfType(FileNotFoundException.class)
        .isThrownBy(() -> client.upload(folder.resolve("absent.tgz")));
  }

  @Test
  void readersAreToldOnlyToAServerThatKnowsThem() throws Exception {
    server.says("POST /upload?readers=%2Fcms%2C%2Fcms%2Ftrees", 200, "");
    server.says("POST /upload", 200, "");
    ModelBundle bundle = Bundles.random("model_1", 1);
    for (String description : List.of("", "{}", "{\"components\":{\"schemas\":{}}}")) {
      if (!description.isEmpty()) {
        server.says("GET /openapi.json", 200, description);
      }
      Assertions.assertThatExceptionOfType(TfaasException.class)
          .isThrownBy(() -> client.upload(bundle, "owner"))
          .withMessageContaining("nothing was sent");
      assertThat(server.last().line()).isEqualTo("GET /openapi.json");
    }
    server.says(
        "GET /openapi.json",
        200,
        "{\"components\":{\"schemas\":{\"UploadForm\":{\"properties\":{\"readers\":{}}}}}}");
    client.upload(bundle, "/cms,/cms/trees");
    assertThat(server.last().line()).isEqualTo("POST /upload?readers=%2Fcms%2C%2Fcms%2Ftrees");
    assertThat(server.last().bytes()).isEqualTo(bundle.toArchive());
  }

  @Test
  void formsHaveAllPartsOfTheNewestServer() throws Exception {
    server.says("POST /upload", 200, "");
    ModelBundle bundle = Bundles.random("model_1", 1);
    client.uploadForm(bundle);
    assertThat(server.last().header("Content-type")).startsWith("multipart/form-data; boundary=");
    String body = server.last().body();
    assertThat(body)
        .contains(
            "name=\"name\"\r\n\r\nmodel_1\r\n",
            "name=\"params\"; filename=\"params.json\"",
            "name=\"model\"; filename=\"model.pb\"",
            "name=\"labels\"; filename=\"labels.txt\"",
            "name=\"op\"; filename=",
            new String(bundle.file("model.pb"), StandardCharsets.ISO_8859_1),
            "\"model\" : \"model.pb\"")
        .endsWith("--\r\n");
  }

  @Test
  void predictionsOfAnyNumberForm() throws Exception {
    server.says("POST /json", 200, "[0.09003057,1,2.0611537e-9]\n");
    float[] answer = client.predict("f1", List.of("a", "b"), new float[] {1, 0.1f});
    assertThat(answer).containsExactly(0.09003057f, 1, 2.0611537e-9f);
    assertThat(server.last().body())
        .isEqualTo("{\"keys\":[\"a\",\"b\"],\"values\":[1.0,0.1],\"model\":\"f1\"}");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> client.predict("f1", List.of("a"), new float[2]));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> client.predict("f1", List.of(), new float[] {Float.NaN}));
  }

  @Test
  void deleteIsAForm() throws Exception {
    server.says("DELETE /delete", 200, "");
    client.delete("with-hyphen");
    assertThat(server.last().body()).contains("name=\"model\"\r\n\r\nwith-hyphen\r\n");
  }

  @Test
  void decisionsCarryWhatIsKnown() throws Exception {
    server.says(
        "POST /v1/cache/decide",
        200,
        "{\"store\":false,\"ttl_s\":300,\"model\":\"m\",\"version\":3,\"why\":\"model\"}");
    CacheQuestion question =
        new CacheQuestion(
            "/store/a",
            5L,
            "n",
            "site",
            new CacheQuestion.DiskSpace(1, 2),
            Instant.ofEpochMilli(7));
    assertThat(client.decide(question)).isEqualTo(new CacheAnswer(false, 300, "m", 3, "model"));
    assertThat(server.last().body())
        .isEqualTo(
            "{\"v\":1,\"lfn\":\"/store/a\",\"size\":5,\"node\":\"n\",\"layer\":\"site\","
                + "\"disk_free\":1,\"disk_total\":2,\"time_ms\":7}");
    server.says("POST /v1/cache/decide", 200, "{\"store\":true,\"why\":\"default\"}");
    assertThat(client.decide(CacheQuestion.of("/a")))
        .isEqualTo(new CacheAnswer(true, 0, null, null, "default"));
    server.says("POST /v1/cache/decide", 200, "{\"store\":\"true\"}");
    assertThat(failure(() -> client.decide(CacheQuestion.of("/a"))).error()).contains("store");
  }

  @Test
  void explanationsCarryWhatTheModelSaw() throws Exception {
    server.says(
        "POST /v1/cache/decide",
        200,
        """
        {"store":true,"ttl_s":300,"model":"m","version":3,"why":"model","score":0.75,
         "threshold":0.5,"features":{"size":2.5,"age":-1}}
        """);
    CacheExplanation explained = client.explain(CacheQuestion.of("/a", 9));
    assertThat(explained.answer()).isEqualTo(new CacheAnswer(true, 300, "m", 3, "model"));
    assertThat(explained.score()).isEqualTo(0.75);
    assertThat(explained.threshold()).isEqualTo(0.5);
    assertThat(explained.features().toString()).isEqualTo("{size=2.5, age=-1.0}");
    assertThat(server.last().body())
        .isEqualTo("{\"v\":1,\"lfn\":\"/a\",\"size\":9,\"explain\":true}");
    server.says("POST /v1/cache/decide", 200, "{\"store\":true,\"why\":\"default\"}");
    assertThat(client.explain(CacheQuestion.of("/a")).score()).isNull();
  }

  @Test
  void theServersWordsAreKept() {
    server.says("POST /json", 500, "{\"error\":\"PredictHandler: unable to make predictions\"}\n");
    TfaasException known = failure(() -> client.predict("nope", List.of(), new float[1]));
    assertThat(known.status()).isEqualTo(500);
    assertThat(known.error()).isEqualTo("PredictHandler: unable to make predictions");
    assertThat(known).hasMessageContaining("/json: HTTP 500: PredictHandler");
    server.says("GET /models", 429, "Limit exceeded\n");
    assertThat(failure(client::models).error()).isEqualTo("Limit exceeded");
    server.says("GET /models", 404, "");
    assertThat(failure(client::models).error()).isEqualTo("no reason given");
    server.says("GET /models", 500, "x".repeat(5000));
    assertThat(failure(client::models).error()).hasSize(503);
    server.says(
        "GET /models",
        exchange -> {
          exchange.getResponseHeaders().add("Location", "https://example.org/");
          exchange.sendResponseHeaders(302, -1);
        });
    assertThat(failure(client::models).status()).isEqualTo(302);
  }

  @Test
  void answersThatAreNoneAreFaults() throws Exception {
    // A result that is not finite: the original says 200 and nothing more.
    server.says("POST /json", 200, "");
    assertThat(failure(() -> client.predict("f", List.of(), new float[1])).error())
        .contains("not finite");
    for (String text : List.of("{\"a\":1}", "[\"1\"]", "[1e99]", "[[1]]", "<html>")) {
      server.says("POST /json", 200, text);
      assertThat(failure(() -> client.predict("f", List.of(), new float[1])).status()).isZero();
    }
    // A handler that panics: the connection closes without an answer.
    server.says("POST /json", exchange -> {});
    assertThat(failure(() -> client.predict("f", List.of(), new float[1])).error())
        .startsWith("no answer");
    server.says("GET /models", 200, "[\"" + "x".repeat(17 << 20) + "\"]");
    assertThat(failure(client::models).error()).contains("longer than 16777216 bytes");
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    TfaasClient nobody = new TfaasClient(TfaasSettings.of(URI.create("http://127.0.0.1:" + port)));
    assertThat(failure(nobody::models).error()).startsWith("no answer: nothing listens there");
  }

  @Test
  void slowAnswersEndInTime() {
    TfaasClient hasty =
        new TfaasClient(TfaasSettings.of(server.base()).withRequestTimeout(Duration.ofMillis(300)));
    server.says("GET /models", exchange -> server.stall());
    assertThat(failure(hasty::models).error()).containsAnyOf("no whole answer", "HttpTimeout");
    // Headers at once, then a body that never ends.
    server.says(
        "GET /models",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write('[');
          exchange.getResponseBody().flush();
          server.stall();
        });
    assertThat(failure(hasty::models).error()).contains("no whole answer within PT0.3S");
  }

  @Test
  void tokensAreSentFreshAndNeverShown() throws Exception {
    Iterator<String> tokens = List.of("first", SECRET, SECRET).iterator();
    TfaasSettings settings =
        TfaasSettings.of(server.base()).withToken(() -> Optional.of(tokens.next()));
    TfaasClient authorised = new TfaasClient(settings);
    server.says("GET /models", 200, "[]");
    authorised.models();
    assertThat(server.last().header("Authorization")).isEqualTo("Bearer first");
    authorised.models();
    assertThat(server.last().header("Authorization")).isEqualTo("Bearer " + SECRET);
    server.says("GET /models", 401, "{\"error\":\"no\"}");
    TfaasException refused = failure(authorised::models);
    assertThat(refused.toString() + settings + authorised).doesNotContain(SECRET, "first");
  }

  @Test
  void tokensDoNotTravelInTheOpen() {
    TfaasSettings open =
        TfaasSettings.of(URI.create("http://models.example.org"))
            .withToken(() -> Optional.of(SECRET));
    assertThat(failure(new TfaasClient(open)::models))
        .hasMessageContaining("use https")
        .hasMessageNotContaining(SECRET);
    TfaasSettings broken =
        TfaasSettings.of(server.base()).withToken(() -> Optional.of("two\r\nlines"));
    assertThat(failure(new TfaasClient(broken)::models)).hasMessageContaining("the token");
  }

  @Test
  void aBasePathIsKept() throws Exception {
    server.says("GET /core/models/models", 200, "[]");
    URI base = URI.create(server.base() + "/core/models/");
    assertThat(new TfaasClient(TfaasSettings.of(base)).models()).isEmpty();
  }

  @Test
  void addressesThatAreNoneAreRefused() {
    for (String text : List.of("ftp://x", "localhost:8083", "http://u:p@x", "http://x?a=b", "/x")) {
      assertThatIllegalArgumentException()
          .as(text)
          .isThrownBy(() -> TfaasSettings.of(URI.create(text)))
          .withMessageNotContaining("u:p");
    }
  }

  private static TfaasException failure(ThrowingCallable call) {
    TfaasException failure = catchThrowableOfType(TfaasException.class, call);
    assertThat(failure).isNotNull();
    return failure;
  }
}
