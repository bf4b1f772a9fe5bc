// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.distribution;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.decisionlab.data.LocalSpark;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lab kernel}: puts the Java kernel where a Jupyter looks for kernels. */
@Command(
    name = "kernel",
    description = "The Java kernel, for any Jupyter.",
    mixinStandardHelpOptions = true,
    versionProvider = Lab.Version.class)
final class KernelCommand {

  @Spec private CommandSpec spec;

  @Command(
      name = "install",
      description = "Writes the kernelspec 'decisionlab' under PREFIX/share/jupyter/kernels.",
      mixinStandardHelpOptions = true,
      versionProvider = Lab.Version.class)
  int install(
      @Option(
              names = "--prefix",
              required = true,
              paramLabel = "DIR",
              description = "Such as a virtual environment's folder, or ~/.local")
          Path prefix,
      @Option(
              names = "--no-archive",
              description =
                  "Leave out the archive of classes (about 150 MB, made once in half a minute)"
                      + " that lets kernels start and reach Spark faster")
          boolean noArchive)
      throws IOException, URISyntaxException {
    Path jar =
        Path.of(KernelSpec.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path libraries = jar.resolveSibling("").toAbsolutePath().normalize();
    KernelSpec kernelSpec =
        new KernelSpec(Path.of(System.getProperty("java.home")), libraries, jvmFlags());
    Path folder = kernelSpec.install(prefix);
    if (!noArchive) {
      makeArchive(new ClassArchive(kernelSpec, folder));
    }
    spec.commandLine().getOut().println(folder);
    return 0;
  }

  /** A kernel without the archive is a slower one, not a broken one. */
  private void makeArchive(ClassArchive archive) {
    PrintWriter err = spec.commandLine().getErr();
    long begun = System.nanoTime();
    try {
      Path made = archive.make(Rehearsal.CELLS);
      Duration took = Duration.ofNanos(System.nanoTime() - begun);
      err.printf(
          "archive of classes: %s, %d MB, %d s%n",
          made, Files.size(made) / 1_000_000, took.toSeconds());
    } catch (IOException e) {
      err.println("warning: no archive of classes, kernels start slower: " + e.getMessage());
    }
  }

  /**
   * What Spark needs in the kernel's JVM, what keeps its sessions local, and a heap for interactive
   * use: up to half of the memory, since the other half is for native libraries and the system;
   * filled slowly, since cells leave little behind; given back when the kernel is idle.
   */
  static List<String> jvmFlags() {
    List<String> heap =
        List.of("-XX:MaxRAMPercentage=50", "-XX:GCTimeRatio=4", "-XX:G1PeriodicGCInterval=300000");
    return Stream.of(LocalSpark.jvmOptions(), LocalSpark.guards(), heap)
        .flatMap(List::stream)
        .toList();
  }
}
