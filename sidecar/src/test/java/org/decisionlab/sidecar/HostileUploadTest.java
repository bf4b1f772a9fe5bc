// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.decisionlab.sidecar.Client.Part;
import org.decisionlab.sidecar.Client.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Uploads that mean harm or are broken: each is answered, leaves nothing, and harms no other. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileUploadTest {

  private static final byte[] SMALL = Fixtures.utf8("x");
  private static final String PARAMS = "{\"name\":\"evil\",\"model\":\"m.pb\",";

  private Path root;
  private LocalSidecar sidecar;
  private Client client;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    root = directory;
    sidecar = LocalSidecar.start(directory.resolve("models"));
    client = sidecar.client();
    assertThat(client.form("POST", "/upload", Fixtures.f1Form("f1")).status()).isEqualTo(200);
  }

  @AfterAll
  void stop() {
    sidecar.close();
  }

  static Stream<Arguments> archives() {
    byte[] good = Fixtures.f2Tar();
    byte[] gzip = Fixtures.gzip(good);
    return Stream.of(
        Arguments.of("parent", new Tar().directory("evil/").file("evil/../../out", SMALL).bytes()),
        Arguments.of("top is parent", new Tar().file("../out", SMALL).bytes()),
        Arguments.of("absolute", new Tar().file("/tmp/decisionlab-out", SMALL).bytes()),
        Arguments.of("symbolic link", link('2', "/etc/passwd")),
        Arguments.of("hard link", link('1', "/etc/passwd")),
        Arguments.of("device", link('3', "")),
        Arguments.of("pipe", link('6', "")),
        Arguments.of(
            "same name twice",
            new Tar()
                .directory("evil/")
                .file("evil/params.json", SMALL)
                .file("evil/params.json", SMALL)
                .bytes()),
        Arguments.of(
            "names that differ by case",
            new Tar()
                .directory("evil/")
                .file("evil/params.json", SMALL)
                .file("evil/Params.json", SMALL)
                .bytes()),
        Arguments.of("two top folders", new Tar().directory("evil/").directory("f1/").bytes()),
        Arguments.of("no top folder", new Tar().file("params.json", SMALL).bytes()),
        Arguments.of("name of a model", new Tar().file("e vil/params.json", SMALL).bytes()),
        Arguments.of("hidden name", new Tar().file(".staging/params.json", SMALL).bytes()),
        Arguments.of("huge declared size", declared(077777777777L)),
        Arguments.of("declared size beyond the end", declared(4096)),
        Arguments.of("bomb", Fixtures.gzip(declaredAndSent(64 << 20))),
        Arguments.of("gzip cut off", Arrays.copyOf(gzip, gzip.length / 2)),
        Arguments.of("tar cut off", Arrays.copyOf(good, 700)),
        Arguments.of("noise", noise()),
        Arguments.of("empty", new byte[0]),
        Arguments.of("no graph", new Tar().directory("evil/").bytes()),
        Arguments.of("params that are no JSON", files("{", SMALL)),
        Arguments.of("name in params differs", files("{\"name\":\"f1\"}", SMALL)),
        Arguments.of(
            "graph outside of the bundle",
            files("{\"name\":\"evil\",\"model\":\"../f1/model.json\"}", SMALL)),
        Arguments.of("no nodes named", files("{\"name\":\"evil\",\"model\":\"m.pb\"}", SMALL)),
        Arguments.of(
            "graph of noise",
            files(PARAMS + "\"input_node\":\"x\",\"output_node\":\"y\"}", noise())),
        Arguments.of(
            "node that is not there",
            files(PARAMS + "\"input_node\":\"x\",\"output_node\":\"y\"}", Fixtures.F1)),
        Arguments.of("operation that reads files", files(PARAMS + nodes(), readsFiles())));
  }

  @Test
  void thereAreAtLeastThirtyKinds() {
    assertThat(archives().count() + forms().count()).isGreaterThanOrEqualTo(30);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("archives")
  void isRefused(String what, byte[] body) throws Exception {
    Reply reply = client.post("/upload", body, "Content-Type", "application/octet-stream");
    assertThat(reply.isError()).as(reply.text()).isTrue();
    assertThat(reply.status()).as(reply.text()).isBetween(400, 499);
    nothingHappened();
  }

  static Stream<Arguments> forms() {
    return Stream.of(
        Arguments.of("parent as name", "name", Part.field("../evil")),
        Arguments.of("hidden name", "name", Part.field(".staging")),
        Arguments.of("no name", "name", Part.field("")),
        Arguments.of(
            "model file outside",
            "params",
            params("{\"name\":\"evil\",\"model\":\"../../m.pb\"," + nodes())),
        Arguments.of(
            "model file named as params",
            "params",
            params("{\"name\":\"evil\",\"model\":\"params.json\"," + nodes())),
        Arguments.of(
            "labels outside", "params", params(PARAMS + "\"labels\":\"/etc/passwd\"," + nodes())),
        Arguments.of("params of the wrong types", "params", params("{\"name\":[1]}")),
        Arguments.of("params that are an array", "params", params("[]")),
        Arguments.of("huge field", "name", Part.field("x".repeat(1 << 20))));
  }

  @ParameterizedTest(name = "form: {0}")
  @MethodSource("forms")
  void formIsRefused(String what, String part, Part hostile) throws Exception {
    Map<String, Part> parts = new LinkedHashMap<>(Fixtures.f1Form("evil"));
    parts.put(part, hostile);
    Reply reply = client.form("POST", "/upload", parts);
    assertThat(reply.isError()).as(reply.text()).isTrue();
    assertThat(reply.status()).as(reply.text()).isBetween(400, 499);
    nothingHappened();
  }

  private void nothingHappened() throws Exception {
    assertThat(client.get("/models").json().findValuesAsText("name")).containsExactly("f1");
    assertThat(client.post("/json", "{\"values\":[1,2,3],\"model\":\"f1\"}").status())
        .isEqualTo(200);
    try (Stream<Path> entries = Files.list(root)) {
      assertThat(entries.toList()).containsExactly(root.resolve("models"));
    }
    try (Stream<Path> entries = Files.list(root.resolve("models"))) {
      assertThat(entries.map(entry -> String.valueOf(entry.getFileName())).toList())
          .containsExactlyInAnyOrder(".lock", ".staging", "f1");
    }
  }

  private static byte[] link(char type, String target) {
    return new Tar().directory("evil/").entry("evil/link", type, 0, target, new byte[0]).bytes();
  }

  private static byte[] declared(long size) {
    return new Tar().directory("evil/").entry("evil/m.pb", '0', size, "", SMALL).bytes();
  }

  private static byte[] declaredAndSent(int size) {
    return new Tar().directory("evil/").file("evil/m.pb", new byte[size]).bytes();
  }

  private static byte[] files(String params, byte[] graph) {
    return new Tar()
        .directory("evil/")
        .file("evil/params.json", Fixtures.utf8(params))
        .file("evil/m.pb", graph)
        .bytes();
  }

  private static Part params(String json) {
    return Part.file("params.json", Fixtures.utf8(json));
  }

  private static String nodes() {
    return "\"input_node\":\"x_in\",\"output_node\":\"y_out\"}";
  }

  /** F1 with another operation of the same length in the place of its softmax. */
  private static byte[] readsFiles() {
    String bytes = new String(Fixtures.F1, java.nio.charset.StandardCharsets.ISO_8859_1);
    String changed = bytes.replace("\u0012\u0007Softmax", "\u0012\u0007ReadFil");
    return changed.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  private static byte[] noise() {
    byte[] bytes = new byte[5000];
    new java.util.Random(20261120).nextBytes(bytes);
    return bytes;
  }
}
