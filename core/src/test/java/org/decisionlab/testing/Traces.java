// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Real traces, which lie outside the project; tests that need one are skipped where it is not. */
public final class Traces {

  private Traces() {}

  /** A trace of the folder named by the system property {@code decisionlab.traces}. */
  public static Path find(String name) {
    Path file = Path.of(System.getProperty("decisionlab.traces", "traces"), name);
    if (!Files.isRegularFile(file)) {
      String message = "SKIPPED: no real trace " + file.toAbsolutePath().normalize();
      System.err.println(message);
      Assumptions.abort(message);
    }
    return file;
  }
}
