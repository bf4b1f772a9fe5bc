// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class LabTest {

  @TempDir private Path folder;

  private record Ran(int exitCode, String out, String err) {}

  private static Ran lab(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Lab.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int exitCode = line.execute(arguments);
    return new Ran(exitCode, out.toString(), err.toString());
  }

  /**
   * Three files of 10 bytes in a cache of 20: a b a c b. LRU keeps a when c comes, FIFO does not.
   */
  private Path trace() throws IOException {
    return Files.writeString(
        folder.resolve("trace.txt"), "1 a 10\n2 b 10\n3 a 10\n4 c 10\n5 a 10\n6 b 10\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"kernel", "simulate", "generate"})
  void everyToolHasHelp(String tool) {
    Ran ran = lab(tool, "--help");
    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out()).contains("Usage: lab " + tool);
  }

  @Test
  void simulatesATraceWorkedByHand() throws IOException {
    Ran ran =
        lab(
            "simulate",
            "--trace",
            trace().toString(),
            "--format",
            "time-id-size",
            "--policy",
            "lru,fifo",
            "--size",
            "20B",
            "--out",
            "json");
    assertThat(ran.err()).isEmpty();
    assertThat(ran.exitCode()).isZero();
    JsonNode results = JsonMapper.builder().build().readTree(ran.out()).path("results");
    // LRU hits a (3rd) and a (5th); FIFO hits a (3rd) and b (6th), a having left first.
    assertThat(results.get(0).path("contender").asText()).isEqualTo("LRU");
    assertThat(results.get(0).path("hits").asInt()).isEqualTo(2);
    assertThat(results.get(1).path("contender").asText()).isEqualTo("FIFO");
    assertThat(results.get(1).path("hits").asInt()).isEqualTo(1);
  }

  @Test
  void wrongWordsAreExplained() throws IOException {
    Ran policy = lab("simulate", "--trace", trace().toString(), "--policy", "lrv", "--size", "1B");
    assertThat(policy.exitCode()).isEqualTo(2);
    assertThat(policy.err()).contains("unknown eviction policy 'lrv'", "sieve");
    Ran size = lab("simulate", "--trace", trace().toString(), "--size", "many");
    assertThat(size.exitCode()).isEqualTo(2);
    assertThat(size.err()).contains("many");
    Ran file = lab("simulate", "--trace", folder.resolve("none").toString(), "--size", "1B");
    assertThat(file.exitCode()).isEqualTo(1);
    assertThat(file.err()).contains("none");
    Ran share = lab("simulate", "--trace", trace().toString(), "--size", "1B", "--warm-up", "1");
    assertThat(share.exitCode()).isEqualTo(2);
    assertThat(share.err()).contains("--warm-up must be at least 0 and below 1");
  }

  @Test
  void aWrongCallIsAnsweredInShort() {
    Ran option = lab("simulate", "--trace", "t", "--size", "1B", "--outt", "json");
    assertThat(option.exitCode()).isEqualTo(2);
    assertThat(option.err())
        .startsWith("lab simulate: Unknown option")
        .contains("--out", "./lab simulate --help")
        .doesNotContain("Usage:");
    assertThat(option.out()).isEmpty();
  }

  @Test
  void aPlaceThatCannotBeWrittenIsNamedWithTheReason() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    Ran ran = lab("kernel", "install", "--prefix", file.toString());
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.err()).startsWith("lab kernel install: " + file).contains(": ").hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"kernel", "simulate", "generate"})
  void everyToolTellsItsVersion(String tool) {
    assertThat(lab(tool, "--version").out()).startsWith("Decision Lab ");
  }

  @Test
  void generatesTheSameRecordsForTheSameSeed() throws IOException {
    Path file = folder.resolve("w.json");
    String[] arguments = {
      "generate",
      "--preset",
      "random",
      "--days",
      "1",
      "--requests-per-day",
      "50",
      "--seed",
      "3",
      "--out",
      file.toString()
    };
    Ran first = lab(arguments);
    byte[] bytes = Files.readAllBytes(file);
    Ran second = lab(arguments);
    assertThat(first.exitCode()).isZero();
    assertThat(second.out()).isEqualTo(first.out());
    assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
    JsonNode told = JsonMapper.builder().build().readTree(first.out());
    assertThat(told.path("records").asLong()).isEqualTo(Files.readAllLines(file).size());
  }

  @Test
  void refusesWhatCannotBeGenerated() {
    Ran ran = lab("generate", "--preset", "random", "--days", "0", "--out", "x");
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("days must be 1 to 3650: 0");
  }

  @Test
  void kernelspecNamesJavaAndAllJarsInAFixedOrder() throws IOException {
    Path libraries = Files.createDirectory(folder.resolve("lib with blank"));
    Files.createFile(libraries.resolve("b.jar"));
    Files.createFile(libraries.resolve("a.jar"));
    Files.createFile(libraries.resolve("notes.txt"));
    KernelSpec spec = new KernelSpec(Path.of("/java"), libraries, List.of("-Dx=\"y\""));
    Path installed = spec.install(folder.resolve("prefix"));
    assertThat(spec.install(folder.resolve("prefix"))).isEqualTo(installed);
    JsonNode json =
        JsonMapper.builder().build().readTree(installed.resolve("kernel.json").toFile());
    assertThat(json.path("display_name").asText()).isEqualTo("Decision Lab (Java 17)");
    assertThat(json.path("interrupt_mode").asText()).isEqualTo("message");
    assertThat(json.path("env").path("OMP_WAIT_POLICY").asText()).isEqualTo("PASSIVE");
    assertThat(json.path("env").path("SPARK_LOCAL_IP").asText()).isEqualTo("127.0.0.1");
    assertThat(json.path("env").has("OMP_NUM_THREADS")).isFalse();
    assertThat(json.path("argv").get(0).asText()).isEqualTo("/java/bin/java");
    assertThat(json.path("argv").get(1).asText()).isEqualTo("@" + installed.resolve("java.args"));
    assertThat(Files.readString(installed.resolve("java.args")))
        .contains("\"-Dx=\\\"y\\\"\"")
        .contains("\"" + libraries.resolve("a.jar") + ":" + libraries.resolve("b.jar") + "\"");
    try (var files = Files.list(installed)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "kernel.json", "java.args", "logo-svg.svg", "logging.properties");
    }
  }

  @Test
  void kernelspecNeedsJars() throws IOException {
    KernelSpec spec =
        new KernelSpec(Path.of("/java"), Files.createDirectory(folder.resolve("empty")), List.of());
    assertThat(spec)
        .satisfies(
            s ->
                org.assertj.core.api.Assertions.assertThatThrownBy(() -> s.install(folder))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("holds no jars"));
  }
}
