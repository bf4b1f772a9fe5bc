// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.access;

import java.io.IOException;
import java.util.Locale;

/** Thrown when more of a source is malformed than {@link ReadLimits} allows. */
public final class TooManyMalformedException extends IOException {

  private static final long serialVersionUID = 1L;

  private final ReadReport report;

  TooManyMalformedException(String file, ReadReport report, ReadLimits limits) {
    super(message(file, report, limits));
    this.report = report;
  }

  /** What had been read when reading stopped. */
  public ReadReport report() {
    return report;
  }

  private static String message(String file, ReadReport report, ReadLimits limits) {
    MalformedRecord first = report.samples().get(0);
    return String.format(
        Locale.ROOT,
        "%s: %d of %d rows are malformed, more than the tolerated %s %%. First: row %d, %s: %s."
            + " Is the format right? The share is settable (maxMalformedShare).",
        file,
        report.malformed(),
        report.rows(),
        Double.toString(limits.maxMalformedShare() * 100),
        first.position(),
        first.reason(),
        first.text());
  }
}
