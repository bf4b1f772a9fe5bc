// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The built program in a process of its own. */
final class SidecarProcess implements AutoCloseable {

  private static final long LIMIT_SECONDS = 120;

  private final Process process;
  private final Path log;
  private final URI address;

  private SidecarProcess(Process process, Path log, URI address) {
    this.process = process;
    this.log = log;
    this.address = address;
  }

  /** Starts it on a free port over a model directory and waits for its line. */
  static SidecarProcess start(Path models, String... options) throws Exception {
    return start(Flavour.LITE, models, options);
  }

  static SidecarProcess start(Flavour flavour, Path models, String... options) throws Exception {
    return start(flavour, List.of(), models, options);
  }

  /** Starts a lite one with a flag of its virtual machine. */
  static SidecarProcess startWith(String flag, Path models, String... options) throws Exception {
    return start(Flavour.LITE, List.of(flag), models, options);
  }

  private static SidecarProcess start(
      Flavour flavour, List<String> flags, Path models, String... options) throws Exception {
    Path log = Files.createTempFile(models.toAbsolutePath().getParent(), "sidecar", ".log");
    List<String> arguments =
        new ArrayList<>(List.of("--port", "0", "--models", models.toString(), "--json"));
    arguments.addAll(List.of(options));
    Process process = launch(flavour, flags, log, arguments);
    CompletableFuture<String> line =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                BufferedReader out = process.inputReader();
                return String.valueOf(out.readLine());
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
    try {
      JsonNode ready =
          JsonMapper.builder().build().readTree(line.get(LIMIT_SECONDS, TimeUnit.SECONDS));
      return new SidecarProcess(process, log, URI.create(ready.path("url").asText()));
    } catch (IOException | ExecutionException | TimeoutException | IllegalArgumentException e) {
      process.destroyForcibly();
      throw new AssertionError("no line when ready; log: " + Files.readString(log), e);
    }
  }

  /** What a sidecar has beside the evaluator in Java. */
  enum Flavour {
    /** Nothing. */
    LITE("nothing-of-this-name"),
    /** onnxruntime. */
    ONNX("onnx"),
    /** onnxruntime and TensorFlow. */
    ALL("onnx|tensorflow|ndarray|javacpp|protobuf");

    private final Pattern jars;

    Flavour(String jars) {
      this.jars = Pattern.compile(jars);
    }

    private String classPath() {
      String all = System.getProperty("java.class.path");
      return Stream.of(all.split(File.pathSeparator))
          .filter(entry -> jars.matcher(entry).find() || !Flavour.ALL.jars.matcher(entry).find())
          .collect(Collectors.joining(File.pathSeparator));
    }
  }

  /** Starts a lite one with any arguments, its error output in a file. */
  static Process launch(Path log, List<String> arguments) throws IOException {
    return launch(Flavour.LITE, List.of(), log, arguments);
  }

  private static Process launch(
      Flavour flavour, List<String> flags, Path log, List<String> arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1"));
    command.addAll(flags);
    command.addAll(List.of("-cp", flavour.classPath(), SidecarMain.class.getName()));
    command.addAll(arguments);
    return new ProcessBuilder(command).redirectError(log.toFile()).start();
  }

  Client client() {
    return new Client(address);
  }

  Process process() {
    return process;
  }

  String log() throws IOException {
    return Files.readString(log);
  }

  /** SIGTERM; the exit code. */
  int terminate() {
    process.destroy();
    return awaitEnd();
  }

  /** SIGKILL. */
  void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  private int awaitEnd() {
    try {
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("the sidecar did not end within " + LIMIT_SECONDS + " s");
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  @Override
  public void close() {
    kill();
  }
}
