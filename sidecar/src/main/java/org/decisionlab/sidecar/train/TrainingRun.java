// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One run of a job in a process of its own. The job reads the values of its parameters as one
 * object of JSON from its standard input; what it prints last is its message. Thread safe.
 */
public final class TrainingRun {

  private static final System.Logger LOG = System.getLogger(TrainingRun.class.getName());
  private static final int OUTPUT_KEPT = 64 << 10;
  private static final int MESSAGE_LENGTH = 500;
  private static final long KILL_SECONDS = 5;
  private static final List<String> INHERITED = List.of("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR");

  /** Where a run stands. */
  public enum Status {
    /** The process runs. */
    RUNNING,
    /** It ended with 0. */
    DONE,
    /** It ended with something else, did not start, or took too long. */
    ERROR,
    /** Somebody ended it. */
    CANCELLED
  }

  /**
   * What is known of a run.
   *
   * @param id its identifier
   * @param model the model that it trains
   * @param by who started it
   * @param status where it stands
   * @param arguments values of its parameters
   * @param startedAt when it started
   * @param endedAt when it ended, null while it runs
   * @param message the last line that it printed, or why it failed
   * @param output the end of what it printed
   */
  public record View(
      String id,
      String model,
      String by,
      Status status,
      JsonNode arguments,
      Instant startedAt,
      @Nullable Instant endedAt,
      String message,
      String output) {}

  private final String id;
  private final TrainingJob job;
  private final ObjectNode arguments;
  private final String by;
  private final Clock clock;
  private final Instant startedAt;
  private final StringBuilder output = new StringBuilder();
  private @Nullable Process process;
  private @Nullable Instant endedAt;
  private Status status = Status.RUNNING;
  private String problem = "";

  TrainingRun(String id, TrainingJob job, ObjectNode arguments, String by, Clock clock) {
    this.id = id;
    this.job = job;
    this.arguments = arguments;
    this.by = by;
    this.clock = clock;
    this.startedAt = clock.instant();
  }

  String id() {
    return id;
  }

  String model() {
    return job.model();
  }

  synchronized boolean isRunning() {
    return status == Status.RUNNING;
  }

  /** What is known of it now. */
  public synchronized View view() {
    String printed = output.toString().strip();
    String last = problem.isEmpty() ? printed.substring(printed.lastIndexOf('\n') + 1) : problem;
    String message = last.length() > MESSAGE_LENGTH ? last.substring(0, MESSAGE_LENGTH) : last;
    return new View(
        id, job.model(), by, status, arguments, startedAt, endedAt, message, output.toString());
  }

  /** Runs the job to its end, in the calling thread. */
  void run() {
    try {
      ProcessBuilder builder =
          new ProcessBuilder(job.command())
              .directory(job.directory().toFile())
              .redirectErrorStream(true);
      Map<String, String> environment = builder.environment();
      environment.keySet().retainAll(INHERITED);
      environment.putAll(job.environment());
      environment.put("DECISIONLAB_TRAINING_ID", id);
      environment.put("DECISIONLAB_MODEL", job.model());
      Process started;
      synchronized (this) {
        if (status != Status.RUNNING) {
          return;
        }
        started = builder.start();
        process = started;
      }
      Thread reader = new Thread(() -> read(started.getInputStream()), "training-output");
      reader.setDaemon(true);
      reader.start();
      tell(started);
      boolean inTime = started.waitFor(job.limit().toMillis(), TimeUnit.MILLISECONDS);
      if (!inTime) {
        kill(started);
      }
      reader.join(TimeUnit.SECONDS.toMillis(KILL_SECONDS));
      ended(started, inTime);
    } catch (IOException e) {
      finish(Status.ERROR, "the job cannot be started: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      cancel();
    }
  }

  /** Ends it, with all processes that it started; nothing happens when it has ended. */
  void cancel() {
    Process running;
    synchronized (this) {
      if (status != Status.RUNNING) {
        return;
      }
      status = Status.CANCELLED;
      endedAt = clock.instant();
      running = process;
    }
    if (running != null) {
      kill(running);
    }
  }

  private void ended(Process process, boolean inTime) {
    if (!inTime) {
      finish(Status.ERROR, "the job took longer than " + job.limit().toSeconds() + " s");
    } else if (process.exitValue() == 0) {
      finish(Status.DONE, "");
    } else {
      finish(Status.ERROR, "the job ended with " + process.exitValue() + ": " + view().message());
    }
  }

  private synchronized void finish(Status end, String why) {
    if (status == Status.RUNNING) {
      status = end;
      problem = why;
      endedAt = clock.instant();
      LOG.log(Level.INFO, "training {0} of {1} ended: {2}", id, job.model(), end);
    }
  }

  private void tell(Process process) {
    try (OutputStream in = process.getOutputStream()) {
      in.write((arguments + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "training {0} does not read its parameters", id);
    }
  }

  private void read(InputStream from) {
    char[] buffer = new char[8 << 10];
    try (Reader reader = new InputStreamReader(from, StandardCharsets.UTF_8)) {
      for (int count = reader.read(buffer); count >= 0; count = reader.read(buffer)) {
        append(new String(buffer, 0, count));
      }
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "the output of training {0} ended early", id);
    }
  }

  private synchronized void append(String text) {
    output.append(text);
    if (output.length() > OUTPUT_KEPT) {
      output.delete(0, output.length() - OUTPUT_KEPT);
    }
  }

  private static void kill(Process process) {
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle()))
            .sorted(Comparator.comparingLong(ProcessHandle::pid).reversed())
            .toList();
    all.forEach(ProcessHandle::destroy);
    try {
      process.waitFor(KILL_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    all.forEach(ProcessHandle::destroyForcibly);
  }
}
