// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.access;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads one input row by row. */
interface RecordReader extends Closeable {

  /** What one row turned out to be. */
  sealed interface Row {
    /** A record. */
    record Parsed(AccessRecord access) implements Row {}

    /** Well formed, but left out by the format's rule. */
    record PassedOver(String reason) implements Row {}

    /** Not a record. */
    record Malformed(MalformedRecord what) implements Row {}
  }

  /** The next row, or null at the end of the input. */
  @Nullable Row next() throws IOException;
}
