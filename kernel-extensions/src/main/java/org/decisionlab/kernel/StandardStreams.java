// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.decisionlab.kernel.cell.CellContext;
import org.decisionlab.kernel.cell.CellListener;
import org.decisionlab.kernel.engine.CellThread;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@code System.in}, {@code System.out} and {@code System.err} those of the running cell. A
 * cell may put others in their place; one that leaves none there at all does so for itself only.
 */
final class StandardStreams implements CellListener {

  private final PrintStream out;
  private final PrintStream err;
  private final InputStream in;

  private StandardStreams(PrintStream out, PrintStream err, InputStream in) {
    this.out = out;
    this.err = err;
    this.in = in;
  }

  /**
   * Replaces the three streams of this JVM; loggers that have started keep the process's own.
   *
   * @param cell the cell of the calling thread: it prints there, and asks for input
   */
  static StandardStreams install(Supplier<RunningCell> cell) {
    PrintStream process = System.err;
    PrintStream out = new Lasting(new Routed(() -> cell.get().out(), process));
    PrintStream err = new Lasting(new Routed(() -> cell.get().err(), process));
    System.setOut(out);
    System.setErr(err);
    InputStream in = new Typed(cell);
    System.setIn(in);
    return new StandardStreams(out, err, in);
  }

  @Override
  @SuppressWarnings("NullAway") // a cell may have set them to null
  public void cellEnded(CellContext cell) {
    if (System.out == null) {
      System.setOut(out);
      cell.err().println("System.out was null; from now on it is that of the cell again");
    }
    if (System.err == null) {
      System.setErr(err);
      cell.err().println("System.err was null; from now on it is that of the cell again");
    }
    if (System.in == null) {
      System.setIn(in);
      cell.err().println("System.in was null; from now on it is that of the cell again");
    }
  }

  /** Stays open: a cell that closes what it has put around the stream goes on to print. */
  private static final class Lasting extends PrintStream {

    Lasting(OutputStream out) {
      super(out, false, UTF_8);
    }

    @Override
    public void close() {
      flush();
    }
  }

  /** Writes to where the running cell writes; what the compiler prints goes to the process. */
  private static final class Routed extends OutputStream {

    private final Supplier<PrintStream> cell;
    private final PrintStream process;

    Routed(Supplier<PrintStream> cell, PrintStream process) {
      this.cell = cell;
      this.process = process;
    }

    @Override
    public void write(int b) {
      target().write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      target().write(bytes, offset, length);
    }

    private PrintStream target() {
      return CellThread.runsKernelCode() ? process : cell.get();
    }
  }

  /** Reads lines that the user types into the front end; a thread that waits can be stopped. */
  private static final class Typed extends InputStream {

    private final Supplier<RunningCell> cell;
    private final ReentrantLock reading = new ReentrantLock();
    private @Nullable RunningCell asked;
    private byte[] line = {};
    private int at;

    Typed(Supplier<RunningCell> cell) {
      this.cell = cell;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      int count = read(one, 0, 1);
      return count < 0 ? count : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, into.length);
      if (length == 0) {
        return 0;
      }
      try {
        reading.lockInterruptibly();
        try {
          fill();
          int count = Math.min(length, line.length - at);
          System.arraycopy(line, at, into, offset, count);
          at += count;
          return count;
        } finally {
          reading.unlock();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("stopped while waiting for input");
      }
    }

    @Override
    public int available() {
      if (!reading.tryLock()) {
        return 0;
      }
      try {
        return cell.get() == asked ? line.length - at : 0;
      } finally {
        reading.unlock();
      }
    }

    private void fill() throws IOException, InterruptedException {
      RunningCell asking = cell.get();
      // What an earlier cell has left of its line is not an answer to this one.
      if (at < line.length && asking == asked) {
        return;
      }
      line = (asking.input("", false) + "\n").getBytes(UTF_8);
      at = 0;
      asked = asking;
    }
  }
}
