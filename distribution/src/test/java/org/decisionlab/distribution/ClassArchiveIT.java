// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.decisionlab.kernel.testing.KernelClient;
import org.decisionlab.kernel.testing.KernelProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive of classes, made by the real kernel and read by the JVM. */
class ClassArchiveIT {

  private static final String ARCHIVED = "shared objects file (top)";

  @TempDir private Path folder;

  private static KernelSpec spec(Path libraries) {
    return new KernelSpec(
        Path.of(System.getProperty("java.home")), libraries, KernelCommand.jvmFlags());
  }

  private static Path libraries() {
    return Path.of(System.getProperty("decisionlab.kernel.lib"));
  }

  @Test
  void theKernelTakesItsClassesFromTheArchive() throws IOException {
    KernelSpec spec = spec(libraries());
    Path installed = spec.install(folder.resolve("prefix"));
    ClassArchive archive = new ClassArchive(spec, installed);
    Path made = archive.make(List.of("1 + 1"));
    FileTime written = Files.getLastModifiedTime(made);
    assertThat(archive.make(List.of("1 + 1"))).isEqualTo(made);
    assertThat(Files.getLastModifiedTime(made)).as("one that fits is kept").isEqualTo(written);
    assertThat(Files.readString(installed.resolve("java.args")))
        .contains("-XX:SharedArchiveFile=" + made, "-Xshare:auto");

    assertThat(loaded(spec.command(installed), "org.decisionlab.kernel.engine.CellEngine "))
        .contains(ARCHIVED);
  }

  @Test
  void anArchiveOfOtherJarsIsReplaced() throws IOException {
    Path copies = copyOfLibraries();
    KernelSpec spec = spec(copies);
    Path installed = spec.install(folder.resolve("prefix"));
    ClassArchive archive = new ClassArchive(spec, installed);
    Path first = archive.make(List.of());
    Path jar = spec.jars().get(0);
    Files.setLastModifiedTime(jar, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
    assertThat(loaded(spec.command(installed), "org.decisionlab.kernel.engine.CellEngine "))
        .as("a kernel with an archive that does not fit starts without it")
        .doesNotContain(ARCHIVED)
        .contains("source: ");

    Path second = archive.make(List.of());
    assertThat(second).isNotEqualTo(first);
    assertThat(first).doesNotExist();
  }

  @Test
  void whatHindersItIsToldAndTheKernelspecStays() throws IOException {
    KernelSpec broken =
        new KernelSpec(
            Path.of(System.getProperty("java.home")),
            libraries(),
            List.of("-XX:NoSuchFlagAtAll=1"));
    Path installed = broken.install(folder.resolve("prefix"));
    assertThatThrownBy(() -> new ClassArchive(broken, installed).make(List.of()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("NoSuchFlagAtAll");
    assertThat(Files.readString(installed.resolve("java.args"))).doesNotContain("SharedArchive");
    try (Stream<Path> files = Files.list(installed)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "kernel.json", "java.args", "logo-svg.svg", "logging.properties");
    }
  }

  /** Starts a kernel, uses it, and returns what its JVM tells of the origin of a class. */
  private String loaded(List<String> command, String className) throws IOException {
    List<String> words = new ArrayList<>(command);
    words.add(1, "-Xlog:class+load=info");
    try (KernelProcess process = KernelProcess.start(folder, words);
        KernelClient client = KernelClient.ready(process)) {
      assertThat(client.execute("6 * 7").result()).isEqualTo("42");
      return process.log().lines().filter(line -> line.contains(className)).toList().toString();
    }
  }

  /** The libraries in another folder: one is a copy that may be changed. */
  private Path copyOfLibraries() throws IOException {
    Path copies = Files.createDirectory(folder.resolve("lib"));
    List<Path> jars = spec(libraries()).jars();
    Files.copy(jars.get(0), copies.resolve(jars.get(0).getFileName()));
    for (Path jar : jars.subList(1, jars.size())) {
      Files.createSymbolicLink(copies.resolve(jar.getFileName()), jar);
    }
    return copies;
  }
}
