// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.access;

import java.io.Closeable;
import java.io.IOException;
import java.util.stream.Stream;

/**
 * A lazy, closeable stream of access records, in the order of the source.
 *
 * <p>It is read once, by one thread, and closed by whoever opened it.
 */
public interface AccessSource extends Closeable {

  /**
   * The records, read as they are asked for. May be called once.
   *
   * <p>A malformed row is counted and kept in {@link #report()}; the stream throws {@link
   * java.io.UncheckedIOException} when the input cannot be read or, with a {@link
   * TooManyMalformedException} as cause, when too much of it is malformed.
   */
  Stream<AccessRecord> records();

  /** What became of the rows met so far; final once the stream is exhausted. */
  ReadReport report();

  @Override
  void close() throws IOException;
}
