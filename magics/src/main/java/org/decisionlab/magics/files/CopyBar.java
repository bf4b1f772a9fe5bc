// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.files;

import org.decisionlab.kernel.progress.Progress;
import org.jspecify.annotations.Nullable;

/** The bar of a copy under the running cell; it appears with the first bytes. */
public final class CopyBar implements CopyProgress, AutoCloseable {

  private final String name;
  private @Nullable Progress<Long> bar;
  private long reached;

  /**
   * @param name name of what is copied
   */
  public CopyBar(String name) {
    this.name = name;
  }

  @Override
  public synchronized void begins(long bytes) {
    bar = Progress.of(bytes).label(name);
  }

  @Override
  public synchronized void reached(long bytes) {
    long more = bytes - reached;
    reached = bytes;
    if (bar != null && more > 0) {
      bar.step(more);
    }
  }

  /** How many bytes have come. */
  public synchronized long reached() {
    return reached;
  }

  @Override
  public synchronized void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
