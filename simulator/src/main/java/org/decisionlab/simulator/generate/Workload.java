// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.generate;

import java.util.Iterator;
import org.decisionlab.core.access.AccessRecord;

/** Makes records, lazily and in time order, from a span alone. */
@FunctionalInterface
interface Workload {

  /** The records of a span; each call starts anew. */
  Iterator<AccessRecord> records(Span span);
}
