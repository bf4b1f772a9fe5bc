// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.decisionlab.kernel.cell.CellContext;
import org.decisionlab.kernel.cell.CellListener;
import org.decisionlab.kernel.engine.CellEngine;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whose turn it is: one cell or callback after the other, each told to listeners. */
final class CellTurns {

  private static final Logger LOG = LoggerFactory.getLogger(CellTurns.class);
  private static final int STOP_SECONDS = 5;

  private final CellEngine engine;
  private final ReentrantLock stopping = new ReentrantLock();
  private final List<CellListener> listeners = new CopyOnWriteArrayList<>();
  private final OutputOwners owners = new OutputOwners();
  private volatile RunningCell cell;
  private volatile boolean busy;

  /**
   * @param engine runs the Java of cells
   * @param beforeCells what stands for the running cell before there is one
   */
  CellTurns(CellEngine engine, RunningCell beforeCells) {
    this.engine = engine;
    this.cell = beforeCells;
  }

  /** The running cell, or the last one. */
  RunningCell running() {
    return cell;
  }

  /** The cell under which the calling thread prints. */
  RunningCell printing() {
    return owners.of(cell);
  }

  /** Whether a cell runs. */
  boolean busy() {
    return busy;
  }

  /** See {@link org.decisionlab.kernel.cell.KernelScope#addOutputOwner}. */
  void addOutputOwner(Supplier<? extends @Nullable CellContext> owner) {
    owners.add(owner);
  }

  void add(CellListener listener) {
    if (!listeners.contains(listener)) {
      listeners.add(listener);
    }
  }

  void remove(CellListener listener) {
    listeners.remove(listener);
  }

  /** Called on the cell thread before a cell runs. */
  void begin(RunningCell next) {
    cell = next;
    busy = true;
    owners.begin(next);
    engine.thread().begin();
    tell("start", listener -> listener.cellStarted(next));
  }

  /**
   * Called on the cell thread after a cell has run. A stop that is being carried out is waited for,
   * so that it cannot reach the next cell.
   */
  void end(RunningCell ended) {
    engine.thread().end();
    ended.end();
    try {
      if (stopping.tryLock(STOP_SECONDS, TimeUnit.SECONDS)) {
        stopping.unlock();
      } else {
        LOG.warn("a listener still handles the interrupt of {}", ended.label());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    tell("end", listener -> listener.cellEnded(ended));
    busy = false;
  }

  /** Called on the cell thread after a callback: what is not of a cell is that one's again. */
  void resume(RunningCell before) {
    cell = before;
  }

  /** Asks the running cell to stop; does nothing when none runs. */
  void interrupt() {
    stopping.lock();
    try {
      RunningCell running = cell;
      engine.stop(
          () -> {
            running.markInterrupted();
            tell("interrupt", listener -> listener.cellInterrupted(running));
          });
    } finally {
      stopping.unlock();
    }
  }

  /** Tells listeners of something; one that fails hinders neither the others nor the cell. */
  void tell(String what, Consumer<CellListener> message) {
    for (CellListener listener : listeners) {
      try {
        message.accept(listener);
      } catch (RuntimeException | LinkageError e) {
        LOG.warn("a listener failed at the {} of {}", what, cell.label(), e);
      }
    }
  }
}
