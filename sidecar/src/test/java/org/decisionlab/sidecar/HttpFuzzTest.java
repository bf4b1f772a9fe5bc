// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every operation of the description is asked wrongly in every way that clients have: each time the
 * built program answers, with a status below 500, and with {@code {"error":...}} from 400 on.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpFuzzTest {

  private static final long SEED = 20261121;
  private static final String JSON = "application/json";
  private static final String FORM = "multipart/form-data";
  private static final String JOBS = "{\"jobs\":{\"f1\":{\"command\":[\"true\"]}}}";

  /** One operation of the description. */
  private record Operation(String method, String path, JsonNode example, JsonNode takes) {

    String url(String model) {
      return path.replace("{model}", model)
          .replace("{version}", "1")
          .replace("{file}", "app.js")
          .replace("{alias}", "candidate")
          .replace("{uuid}", "0".repeat(32))
          .replace("{path}", model + "/f1.pb");
    }

    boolean deletes() {
      return method.equals("DELETE");
    }
  }

  private final Random random = new Random(SEED);
  private final List<Operation> operations = new ArrayList<>();
  private SidecarProcess sidecar;
  private Client client;
  private int asked;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    Path jobs = Files.writeString(directory.resolve("jobs.json"), JOBS);
    sidecar = SidecarProcess.start(directory.resolve("models"), "--training-jobs", jobs.toString());
    client = sidecar.client();
    assertThat(client.form("POST", "/upload", Fixtures.f1Form("f1")).status()).isEqualTo(200);
    JsonNode api = client.get("/openapi.json").json();
    for (Map.Entry<String, JsonNode> path : api.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
        JsonNode takes = method.getValue().path("requestBody").path("content");
        String schema = takes.path(JSON).path("schema").path("$ref").asText();
        JsonNode example =
            api.path("components")
                .path("schemas")
                .path(schema.substring(schema.lastIndexOf('/') + 1))
                .path("example");
        String verb = method.getKey().toUpperCase(Locale.ROOT);
        operations.add(new Operation(verb, path.getKey(), example, takes));
      }
    }
    assertThat(operations).hasSizeGreaterThan(60);
  }

  @AfterAll
  void stop() {
    sidecar.close();
  }

  /** Whatever was asked, nothing is left of it, and nobody else notices. */
  @AfterEach
  void othersAreAnswered() throws Exception {
    assertThat(asked).isPositive();
    assertThat(client.post("/json", "{\"values\":[1,2,3],\"model\":\"f1\"}").text())
        .isEqualTo("[0.09003057,0.24472848,0.66524094]\n");
    Await.until(
        "no request is under way",
        () -> client.get("/metrics").text().contains("sidecar_requests_under_way 0.0"));
    assertThat(sidecar.log().lines().filter(line -> line.matches("\\S+ (WARNING|SEVERE) .*")))
        .as("defects in the log, seed %d", SEED)
        .isEmpty();
  }

  @Test
  void modelsThatAreNotThereAre404() throws Exception {
    for (Operation operation : operations) {
      if (!operation.path().contains("{model}") && !operation.path().contains("{path}")) {
        continue;
      }
      String body = operation.takes().has(JSON) ? operation.example().toString() : "";
      WireAnswer answer = ask(operation.method(), operation.url("nosuch"), JSON, body);
      boolean tfaas = operation.path().equals("/delete/{model}");
      assertThat(answer.status()).as(operation + " " + answer.body()).isEqualTo(tfaas ? 200 : 404);
    }
  }

  @Test
  void bodiesThatAreNotJsonAreRefused() throws Exception {
    for (Operation operation : operations) {
      if (!operation.takes().has(JSON)) {
        continue;
      }
      for (byte[] body : notJson()) {
        WireAnswer answer = ask(operation.method(), operation.url("f1"), JSON, body);
        String shown = operation.method() + " " + operation.path() + " " + shown(body);
        assertThat(answer.status()).as(shown + " " + answer.body()).isBetween(400, 499);
        assertThat(answer.isError()).as(shown + " " + answer.body()).isTrue();
      }
    }
  }

  private static List<byte[]> notJson() {
    List<byte[]> bodies = new ArrayList<>();
    for (String text :
        List.of(
            "{",
            "}",
            "[]",
            "null",
            "true",
            "17",
            "\"x\"",
            "nonsense",
            "{\"a\":1,\"a\":2}",
            "{\"values\":[NaN]}",
            "{\"values\":[Infinity]}",
            "{\"values\":[-Infinity]}",
            "{\"values\":[01]}",
            "{\"values\":[0x1]}",
            "{\"values\":[1,]}",
            "{\"a\":1}{\"a\":1}",
            "{'a':1}",
            "{\"a\":\"\u0000\"}",
            "{\"a\":tru",
            "\u0000\u0000\u0000")) {
      bodies.add(text.getBytes(StandardCharsets.UTF_8));
    }
    bodies.add(("{\"a\":" + "[".repeat(100_000)).getBytes(StandardCharsets.UTF_8));
    bodies.add("{\"a\":".repeat(50_000).getBytes(StandardCharsets.UTF_8));
    bodies.add(("{\"a\":" + "9".repeat(50_000) + "}").getBytes(StandardCharsets.UTF_8));
    bodies.add(new byte[] {'{', '"', (byte) 0xc3, 0x28, '"', ':', '1', '}'});
    bodies.add(new byte[] {(byte) 0xff, (byte) 0xfe, (byte) 0xfd});
    return bodies;
  }

  @Test
  void membersOfOtherTypesAreRefusedOrUnderstood() throws Exception {
    List<String> values =
        List.of(
            "null",
            "true",
            "\"x\"",
            "\"\"",
            "-1",
            "0",
            "1.5",
            "1e400",
            "-1e400",
            "1e-400",
            "1e999999999",
            "9223372036854775808",
            "-9223372036854775809",
            "[]",
            "{}",
            "[[]]",
            "[{}]",
            "[null]",
            "{\"a\":{\"b\":[1]}}",
            "[\"\\ud800\"]",
            "\"" + "x".repeat(70_000) + "\"");
    for (Operation operation : operations) {
      if (!operation.example().isObject()) {
        continue;
      }
      String url = operation.url("f1");
      for (String text : variants(operation.example(), values)) {
        answered(operation.method(), url, JSON, text.getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  /** The example with each of its members, at any depth, left out or replaced by each value. */
  private static List<String> variants(JsonNode example, List<String> values) {
    List<String> all = new ArrayList<>();
    String whole = example.toString();
    List<JsonNode> nodes = new ArrayList<>(List.of(example));
    for (int i = 0; i < nodes.size(); i++) {
      nodes.get(i).forEach(nodes::add);
    }
    for (JsonNode node : nodes) {
      for (Map.Entry<String, JsonNode> member : node.properties()) {
        String from = "\"" + member.getKey() + "\":" + member.getValue();
        values.forEach(
            value -> all.add(whole.replace(from, "\"" + member.getKey() + "\":" + value)));
        all.add(whole.replace(from, "\"other\":1"));
      }
    }
    return all;
  }

  @Test
  void bytesFlippedAtRandomAreAnswered() throws Exception {
    byte[] row = {
      0x0a, 1, 'a', 0x12, 12, 0, 0, -128, 63, 0, 0, 0, 64, 0, 0, 64, 64, 0x1a, 2, 'f', '1'
    };
    for (Operation operation : operations) {
      if (operation.takes().isEmpty() || operation.deletes()) {
        continue;
      }
      String type = operation.takes().fieldNames().next();
      byte[] good = type.equals(JSON) ? utf8(operation.example().toString()) : row;
      for (int i = 0; i < 20; i++) {
        byte[] bad = good.clone();
        for (int flips = 1 + random.nextInt(4); flips > 0 && bad.length > 0; flips--) {
          bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
        }
        byte[] cut = java.util.Arrays.copyOf(bad, random.nextInt(bad.length + 1));
        answered(operation.method(), operation.url("f1"), type, random.nextBoolean() ? bad : cut);
      }
    }
  }

  @Test
  void formsThatAreNoneAreRefused() throws Exception {
    String part = "--b\r\nContent-Disposition: form-data; name=\"";
    List<String> bodies =
        List.of(
            "",
            "--b",
            "--b--",
            "--b--\r\n",
            "nonsense",
            part,
            part + "model\"\r\n\r\nf1",
            part + "\"\r\n\r\nf1\r\n--b--\r\n",
            "--b\r\n\r\nx\r\n--b--\r\n",
            "--b\r\nContent-Disposition: attachment\r\n\r\nx\r\n--b--\r\n",
            "--b\r\n"
                + "Content-Disposition: form-data; name=\"model\"; filename=\"\"\r\n\r\n\r\n"
                + "--b--\r\n",
            part + "data\"; filename=\"../../x\"\r\n\r\n{\"data\":[[NaN]]}\r\n--b--\r\n",
            part + "image\"; filename=\"x.png\"\r\n\r\nnot a picture\r\n--b--\r\n",
            part
                + "image\"; filename=\"x\"\r\n"
                + "Content-Type: text/plain; charset=nosuch\r\n\r\n"
                + "x\r\n"
                + "--b--\r\n",
            part + "image\"; filename*=utf-9''%zz\r\n\r\nx\r\n--b--\r\n",
            part + "image\"\r\nContent-Transfer-Encoding: nosuch\r\n\r\nx\r\n--b--\r\n",
            part + "x".repeat(100_000) + "\"\r\n\r\nx\r\n--b--\r\n",
            (part + "f\"\r\n\r\nx\r\n").repeat(200) + "--b--\r\n");
    List<String> types =
        List.of(
            FORM + "; boundary=b",
            FORM,
            FORM + ";",
            FORM + "; boundary=",
            FORM + "; boundary=\"b",
            FORM + "; boundary=b; charset=nosuch",
            "multipart/mixed; boundary=b",
            "application/x-www-form-urlencoded",
            "nonsense",
            ";;;",
            "text/\u00ff");
    for (Operation operation : operations) {
      if (!operation.takes().has(FORM)) {
        continue;
      }
      for (String type : types) {
        for (String body : bodies) {
          WireAnswer answer = answered(operation.method(), operation.url("f1"), type, utf8(body));
          assertThat(answer.status())
              .as(operation.path() + " " + type + " " + shown(utf8(body)))
              .isBetween(400, 499);
        }
      }
    }
  }

  @Test
  void addressesThatAreNoneAreRefused() throws Exception {
    List<String> names =
        List.of(
            "%00",
            "%2e%2e",
            "..",
            "%2f",
            "%ff%fe",
            "%",
            "%zz",
            "%c3%28",
            "a%20b",
            "\u00e9",
            "x".repeat(3000),
            "%0d%0aX:%20y",
            "'%22<script>",
            "f1;a=b",
            "f1?",
            "f1?a=%zz&&=&b",
            "f1#x",
            "f1//",
            "*",
            "-f1",
            ".f1",
            "f1:predict",
            "%252e",
            "f1?alias=%00&version=-1");
    for (Operation operation : operations) {
      if (!operation.path().contains("{")) {
        continue;
      }
      for (String name : names) {
        String told = operation.deletes() ? name.replace("f1", "gone") : name;
        String url = operation.path().replaceAll("\\{[a-z]+}", Matcher.quoteReplacement(told));
        answered(operation.method(), url, JSON, utf8("{}"));
      }
      for (String version : List.of("0", "-1", "99999999999", "1.5", "x", "production", "none")) {
        String url = operation.url("f1").replace("versions/1", "versions/" + version);
        answered(operation.deletes() ? "GET" : operation.method(), url, JSON, utf8("{}"));
      }
    }
  }

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

  private WireAnswer answered(String method, String url, String type, byte[] body)
      throws Exception {
    WireAnswer answer = ask(method, url, type, body);
    String shown = method + " " + url + " " + type + " " + shown(body) + " -> " + answer;
    // Two trainings may run at a time.
    boolean busy = answer.status() == 503 && url.endsWith("/train");
    assertThat(busy ? 200 : answer.status()).as(shown).isBetween(200, 499);
    if (answer.status() >= 400) {
      assertThat(answer.isError()).as(shown).isTrue();
    }
    return answer;
  }

  private WireAnswer ask(String method, String url, String type, String body) throws Exception {
    return ask(method, url, type, utf8(body));
  }

  private WireAnswer ask(String method, String url, String type, byte[] body) throws Exception {
    return send(request(method, url, type, body));
  }

  private WireAnswer send(byte[] request) throws Exception {
    asked++;
    try {
      return WireAnswer.to(client.base(), request);
    } catch (SocketTimeoutException e) {
      throw new AssertionError("no answer to " + shown(request), e);
    }
  }

  private static byte[] request(String method, String url, String type, byte[] body) {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    String head =
        method
            + " "
            + url
            + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: "
            + type
            + "\r\nContent-Length: "
            + body.length
            + "\r\n\r\n";
    request.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
    request.writeBytes(body);
    return request.toByteArray();
  }

  private static byte[] utf8(String text) {
    return Fixtures.utf8(text);
  }

  private static String shown(byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8);
    return text.length() > 200 ? text.substring(0, 200) + "..." : text;
  }
}
