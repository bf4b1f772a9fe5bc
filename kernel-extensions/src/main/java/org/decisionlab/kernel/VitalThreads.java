// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.stream.Stream;

/**
 * Ends the process when a thread dies that the kernel cannot do without, as when cells have filled
 * the memory just as a socket needed some. Such a kernel would live on and answer nobody; one that
 * has ended is started again by its server. Threads of cells die alone.
 */
final class VitalThreads implements Thread.UncaughtExceptionHandler {

  /** Exit status of the process then. */
  static final int EXIT_STATUS = 3;

  /** How their names begin: those of ZeroMQ, of the channels, and of the cells. */
  private final String[] names = {
    "iothread-", "reaper-", "iopub", "shell", "control", "subshell", "cell"
  };

  private final byte[][] lastWords =
      Stream.of(names)
          .map(name -> "The kernel ends: its thread " + name + " has died:\n")
          .map(words -> words.getBytes(UTF_8))
          .toArray(byte[][]::new);

  private final FileOutputStream log = new FileOutputStream(FileDescriptor.err);
  private final PrintStream trace = new PrintStream(log, true, UTF_8);
  private final Runtime runtime = Runtime.getRuntime();

  private VitalThreads() {}

  static void watch() {
    Thread.setDefaultUncaughtExceptionHandler(new VitalThreads());
  }

  /** Makes no new object before the end: there may be no memory for any. */
  @Override
  public void uncaughtException(Thread thread, Throwable failure) {
    String name = thread.getName();
    for (int i = 0; i < names.length; i++) {
      if (name.startsWith(names[i])) {
        end(lastWords[i], failure);
      }
    }
    failure.printStackTrace();
  }

  private void end(byte[] words, Throwable failure) {
    try {
      log.write(words);
      failure.printStackTrace(trace);
    } catch (IOException | Error e) {
      // Nobody can be told, or no more than that.
    } finally {
      runtime.halt(EXIT_STATUS);
    }
  }
}
