// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.distribution;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
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
          Path prefix)
      throws IOException, URISyntaxException {
    Path jar =
        Path.of(KernelSpec.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path libraries = jar.resolveSibling("").toAbsolutePath().normalize();
    KernelSpec kernelSpec =
        new KernelSpec(Path.of(System.getProperty("java.home")), libraries, jvmFlags());
    Path folder = kernelSpec.install(prefix);
    spec.commandLine().getOut().println(folder);
    return 0;
  }

  /** What Spark needs in the kernel's JVM, and what keeps its sessions local. */
  static List<String> jvmFlags() {
    return Stream.concat(LocalSpark.jvmOptions().stream(), LocalSpark.guards().stream()).toList();
  }
}
