// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.testing;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** One kernel process and one client of it for all the tests of a class. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class RunningKernel {

  /** The process of the kernel. */
  protected KernelProcess process;

  /** A client that has seen the kernel answer. */
  protected KernelClient client;

  @BeforeAll
  final void start(@TempDir Path folder) {
    process = KernelProcess.start(folder);
    client = KernelClient.ready(process);
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
