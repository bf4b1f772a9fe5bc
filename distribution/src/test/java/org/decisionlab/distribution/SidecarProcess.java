// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.distribution;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The sidecar as a program of its own, on its own class path, on a free port of loopback. */
final class SidecarProcess implements AutoCloseable {

  private final Process process;
  private final URI address;

  private SidecarProcess(Process process, URI address) {
    this.process = process;
    this.address = address;
  }

  static SidecarProcess start(Path models, Path log, String... more) throws IOException {
    Path libraries = Path.of(System.getProperty("decisionlab.sidecar.lib"));
    if (!Files.isDirectory(libraries)) {
      throw new IllegalStateException(
          libraries + " is not there; package the module sidecar before this test");
    }
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                libraries.resolve("*").toString(),
                "org.decisionlab.sidecar.SidecarMain",
                "--port",
                "0",
                "--models",
                models.toString(),
                "--replay"));
    command.addAll(List.of(more));
    Process process = new ProcessBuilder(command).redirectError(log.toFile()).start();
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String line = out.readLine();
    if (line == null || !line.contains("http://")) {
      process.destroyForcibly();
      throw new IOException("the sidecar did not start: " + line + "\n" + Files.readString(log));
    }
    return new SidecarProcess(process, URI.create(line.substring(line.indexOf("http://")).strip()));
  }

  URI address() {
    return address;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the sidecar did not end within 60 s of SIGTERM");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the sidecar ended", e);
    } finally {
      process.destroyForcibly();
    }
  }
}
