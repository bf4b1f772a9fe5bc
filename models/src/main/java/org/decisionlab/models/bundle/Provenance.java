// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.bundle;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where a model comes from.
 *
 * @param createdAt when it was exported, UTC
 * @param data what it was trained on
 * @param seed seed of everything random
 * @param codeVersion version of the code that trained it, such as a git commit
 * @param libraries versions of the libraries by name
 */
public record Provenance(
    Instant createdAt,
    DataWindow data,
    long seed,
    String codeVersion,
    Map<String, String> libraries) {

  /** Sorts the libraries by name. */
  public Provenance {
    libraries = Collections.unmodifiableMap(new TreeMap<>(libraries));
  }

  /**
   * What a model was trained on.
   *
   * @param from instant of the first record
   * @param to instant of the last record
   * @param rows number of rows trained on
   * @param source where the records came from, for people
   */
  public record DataWindow(Instant from, Instant to, long rows, String source) {
    /** Refuses a window that ends before it begins. */
    public DataWindow {
      if (to.isBefore(from) || rows < 0) {
        throw new IllegalArgumentException(
            "a data window from " + from + " to " + to + " with " + rows + " rows cannot be");
      }
    }
  }
}
