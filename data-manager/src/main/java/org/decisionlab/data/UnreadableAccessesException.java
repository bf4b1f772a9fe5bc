// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.data;

import java.io.IOException;
import java.util.List;
import org.decisionlab.core.access.ReadReport;

/** Thrown when files of access records cannot be read, or too much in them is malformed. */
public final class UnreadableAccessesException extends IOException {

  private static final long serialVersionUID = 1L;
  private static final int NAMED = 10;

  private final ReadReport report;

  UnreadableAccessesException(List<String> failures, ReadReport report) {
    super(message(failures));
    this.report = report;
  }

  /** What had been read of all files. */
  public ReadReport report() {
    return report;
  }

  private static String message(List<String> failures) {
    List<String> named = failures.subList(0, Math.min(NAMED, failures.size()));
    String more =
        failures.size() > NAMED ? "\nand " + (failures.size() - NAMED) + " files more" : "";
    return String.join("\n", named) + more;
  }
}
