// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import org.junit.jupiter.api.Test;

/**
 * Every operation of the description is asked wrongly in every way that clients have: each time the
 * built program answers, with a status below 500, and with {@code {"error":...}} from 400 on.
 */
class HttpFuzzTest extends AskedWrongly {

  private static final String FORM = "multipart/form-data";

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
    // UTF-32 in an order of bytes that nobody has, and with a letter that is none.
    bodies.add(new byte[] {0, 0, '{', 0});
    bodies.add(new byte[] {0, '{', 0, 0});
    bodies.add(new byte[] {0, 0, 0, '{', 0, 0x11, 0, 0});
    bodies.add(new byte[] {0, 0, 0, '{', 0, 0, 0});
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
    String typed = "\r\nContent-Type: text/plain; charset=nosuch";
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
            part + "model\"; filename=\"\"\r\n\r\n\r\n--b--\r\n",
            part + "data\"; filename=\"../../x\"\r\n\r\n{\"data\":[[NaN]]}\r\n--b--\r\n",
            part + "image\"; filename=\"x.png\"\r\n\r\nnot a picture\r\n--b--\r\n",
            part + "image\"; filename=\"x\"" + typed + "\r\n\r\nx\r\n--b--\r\n",
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
}
