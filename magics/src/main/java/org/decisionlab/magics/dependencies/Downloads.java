// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.dependencies;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.eclipse.aether.transfer.AbstractTransferListener;
import org.eclipse.aether.transfer.TransferCancelledException;
import org.eclipse.aether.transfer.TransferEvent;

/** Counts what is downloaded, tells of it four times a second at most, and can be cancelled. */
final class Downloads extends AbstractTransferListener {

  private static final long PAUSE_NANOS = 250_000_000;

  private final Consumer<String> progress;
  private final AtomicLong files = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong told = new AtomicLong(System.nanoTime() - PAUSE_NANOS);
  private volatile boolean cancelled;

  /**
   * @param progress told in a line what has come so far, from any thread
   */
  Downloads(Consumer<String> progress) {
    this.progress = progress;
  }

  /** Makes every transfer fail from now on. */
  void cancel() {
    cancelled = true;
  }

  /** Such as {@code 3 files, 1.2 MB}; empty if nothing was downloaded. */
  String summary() {
    return files.get() == 0 ? "" : amount();
  }

  private String amount() {
    return String.format(Locale.ROOT, "%d files, %.1f MB", files.get(), bytes.get() / 1e6);
  }

  @Override
  public void transferInitiated(TransferEvent event) throws TransferCancelledException {
    check();
  }

  @Override
  public void transferProgressed(TransferEvent event) throws TransferCancelledException {
    check();
    bytes.addAndGet(event.getDataBuffer().remaining());
    tell(event.getResource().getResourceName());
  }

  @Override
  public void transferSucceeded(TransferEvent event) {
    files.incrementAndGet();
    tell(event.getResource().getResourceName());
  }

  private void tell(String name) {
    long now = System.nanoTime();
    long last = told.get();
    if (now - last >= PAUSE_NANOS && told.compareAndSet(last, now)) {
      progress.accept("downloading " + name + " (" + amount() + " so far)");
    }
  }

  private void check() throws TransferCancelledException {
    if (cancelled) {
      throw new TransferCancelledException("the cell was interrupted");
    }
  }
}
