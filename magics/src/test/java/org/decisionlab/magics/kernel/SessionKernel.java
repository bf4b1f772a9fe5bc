// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.kernel;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.decisionlab.kernel.testing.KernelClient;
import org.decisionlab.kernel.testing.KernelProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A kernel with all the magics of this room, a home folder of its own, and scripts allowed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SessionKernel {

  /** Holds the home folder and whatever the tests write. */
  protected Path folder;

  /** The home folder of the user of the kernel. */
  protected Path home;

  /** A client that has seen the kernel answer. */
  protected KernelClient client;

  private KernelProcess process;

  @BeforeAll
  final void start(@TempDir Path temporary) throws Exception {
    folder = temporary.toRealPath();
    home = Files.createDirectories(folder.resolve("home"));
    prepare();
    List<String> argv =
        new ArrayList<>(
            List.of(
                "env",
                "DECISIONLAB_BASH=true",
                "PROBE_TOKEN=hush-hush",
                "PROBE_DB=jdbc:db://me:hush-hush@host/x",
                "PROBE_WORD=loud"));
    argv.addAll(variables());
    argv.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-Duser.home=" + home,
            "-cp",
            System.getProperty("java.class.path"),
            "org.decisionlab.kernel.KernelMain",
            "{connection_file}"));
    process = KernelProcess.start(folder, argv);
    client = KernelClient.ready(process);
  }

  /** What must be there before the kernel starts. */
  protected void prepare() throws Exception {}

  /** More of the environment of the kernel, each as {@code NAME=VALUE}. */
  protected List<String> variables() {
    return List.of();
  }

  @AfterAll
  final void stop() {
    try {
      client.close();
    } finally {
      process.close();
    }
  }
}
