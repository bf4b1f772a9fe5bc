// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.history;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {

  @TempDir private Path temporary;
  private Path state;
  private Path notebooks;

  @BeforeEach
  void folders() throws IOException {
    state = temporary.resolve("state/history");
    notebooks = Files.createDirectory(temporary.resolve("notebooks"));
  }

  private History session() {
    return History.kept(state, notebooks);
  }

  private static String ask(History history, String request) {
    JsonObject content = JsonParser.parseString(request).getAsJsonObject();
    return history.answer(content).toString();
  }

  @Test
  void sessionsFollowEachOther() {
    History first = session();
    first.add(1, "1000 + 1", "1001");
    first.add(2, "int h = 3;", null);
    History second = session();
    second.add(1, "1000 + 1", "1001");
    assertThat(ask(second, "{'hist_access_type': 'tail', 'n': 2}"))
        .isEqualTo("[[1,2,\"int h = 3;\"],[2,1,\"1000 + 1\"]]");
    assertThat(ask(second, "{'hist_access_type': 'range', 'session': 0, 'output': true}"))
        .isEqualTo("[[2,1,[\"1000 + 1\",\"1001\"]]]");
    assertThat(ask(second, "{'hist_access_type': 'range', 'session': -1, 'start': 2}"))
        .isEqualTo("[[1,2,\"int h = 3;\"]]");
    assertThat(ask(second, "{'hist_access_type': 'range', 'session': 1, 'start': 1, 'stop': 2}"))
        .isEqualTo("[[1,1,\"1000 + 1\"]]");
    assertThat(ask(second, "{'hist_access_type': 'search', 'pattern': '1?0*', 'unique': true}"))
        .isEqualTo("[[2,1,\"1000 + 1\"]]");
    assertThat(ask(second, "{'hist_access_type': 'search', 'pattern': '1?0*', 'n': 5}"))
        .isEqualTo("[[1,1,\"1000 + 1\"],[2,1,\"1000 + 1\"]]");
  }

  @Test
  void everyFolderHasItsOwn() throws IOException {
    session().add(1, "here", null);
    Path other = Files.createDirectory(temporary.resolve("other"));
    assertThat(ask(History.kept(state, other), "{'hist_access_type': 'tail'}")).isEqualTo("[]");
  }

  /** A kernel of its own process: STATE NOTEBOOKS. */
  static final class Writer {

    private Writer() {}

    public static void main(String[] args) {
      History history = History.kept(Path.of(args[0]), Path.of(args[1]));
      for (int line = 1; line <= 50; line++) {
        history.add(line, "x".repeat(3_000), null);
      }
    }
  }

  @Test
  void kernelsOfOneFolderShareItAtTheSameTime() throws IOException, InterruptedException {
    List<Process> kernels = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      kernels.add(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  Writer.class.getName(),
                  state.toString(),
                  notebooks.toString())
              .inheritIO()
              .start());
    }
    for (Process kernel : kernels) {
      assertThat(kernel.waitFor(2, TimeUnit.MINUTES)).isTrue();
      assertThat(kernel.exitValue()).isZero();
    }
    History reader = session();
    for (int i = 1; i <= 4; i++) {
      String request = "{'hist_access_type': 'range', 'session': " + i + "}";
      assertThat(reader.answer(JsonParser.parseString(request).getAsJsonObject()).size())
          .isEqualTo(50);
    }
  }

  @Test
  void itIsBoundedAndForTheUserAlone() throws IOException {
    History history = History.kept(state, notebooks, 10_000);
    for (int line = 1; line <= 1_000; line++) {
      history.add(line, "int a" + line + " = " + "1 + ".repeat(50) + "0;", null);
    }
    long bytes = 0;
    try (Stream<Path> files = Files.list(state)) {
      for (Path file : files.toList()) {
        bytes += Files.size(file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .isEqualTo("rw-------");
      }
    }
    assertThat(bytes).isLessThan(25_000);
    assertThat(ask(history, "{'hist_access_type': 'tail', 'n': 1}")).contains("int a1000 ");
  }

  @Test
  void aSpoiltLineIsLeftOut() throws IOException {
    History history = session();
    history.add(1, "before", null);
    try (Stream<Path> files = Files.list(state)) {
      Path file = files.filter(f -> f.toString().endsWith(".jsonl")).findFirst().orElseThrow();
      Files.writeString(file, Files.readString(file) + "{\"session\":1,\"li\n");
    }
    history.add(2, "after", null);
    assertThat(ask(history, "{'hist_access_type': 'tail'}"))
        .isEqualTo("[[1,1,\"before\"],[1,2,\"after\"]]");
  }

  @Test
  void whereNothingCanBeKeptTheSessionIsRemembered() throws IOException {
    Path file = Files.writeString(temporary.resolve("file"), "");
    History history = History.kept(file.resolve("history"), notebooks);
    history.add(1, "a", null);
    assertThat(ask(history, "{'hist_access_type': 'tail'}")).isEqualTo("[[1,1,\"a\"]]");
  }

  @Test
  void secretsOfMagicsAreNotKept() throws IOException {
    History history = session();
    history.add(1, "%env MY_VAR=hush1\nint a = 1;", null);
    history.add(2, "%tfaas models --token hush2 --url http://x", null);
    history.add(3, "%spark start --conf spark.hadoop.fs.s3a.secret.key=hush3", null);
    history.add(4, "  %env X hush4\nString token = %env HOME", null);
    history.add(5, "%%bash\nexport DB_PASSWORD=hush5\ncurl -H 'Authorization: Bearer hush6'", null);
    history.add(6, "String old = %env MY_VAR=hush7", null);
    history.add(7, "var u = \"https://me:hush8@host/\";", "https://me:hush8@host/");
    history.add(8, "System.getenv(\"API_KEY\")", "hush9");
    history.add(9, "%time %env Y=hush10", null);
    history.add(10, "// first\n%%bash\nTOKEN='hush11 hush12' run", null);
    String all = ask(history, "{'hist_access_type': 'tail', 'output': true}");
    assertThat(all)
        .doesNotContain("hush")
        .contains("int a = 1;", "%env MY_VAR", "--token ***", "secret.key", "%env HOME");
    try (Stream<Path> files = Files.list(state)) {
      for (Path file : files.toList()) {
        assertThat(Files.readString(file)).doesNotContain("hush");
      }
    }
  }
}
