// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.hadoop;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.decisionlab.kernel.completion.Candidate;
import org.decisionlab.kernel.completion.Candidates;
import org.decisionlab.kernel.completion.MagicCompleter;
import org.jspecify.annotations.Nullable;

/**
 * Completes paths of Hadoop's file systems. A listing that takes longer than typing bears goes on
 * in the background; who asks again for the same text gets it.
 */
final class HadoopPaths implements MagicCompleter, AutoCloseable {

  private static final Pattern ADDRESS = Pattern.compile("(\\w+):(//[^/]*)?(/.*)?");
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final Duration FRESH = Duration.ofSeconds(10);
  private static final Duration LONGEST = Duration.ofSeconds(20);
  private static final int MOST = 500;

  private final Supplier<Configuration> settings;
  private final HdfsTokens tokens;
  private final ExecutorService thread =
      new ThreadPoolExecutor(
          0,
          1,
          60,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          task -> {
            Thread lister = new Thread(task, "paths of Hadoop");
            lister.setDaemon(true);
            return lister;
          });

  private @Nullable Listing last;

  /** What was asked for, when, and its answer to come. */
  private record Listing(String typed, long nanoTime, Future<List<Candidate>> paths) {

    boolean answers(String text) {
      boolean old = System.nanoTime() - nanoTime > FRESH.toNanos();
      return typed.equals(text) && !(old && paths.isDone());
    }
  }

  /**
   * @param settings gives the settings to connect with
   * @param tokens what servers of WebHDFS are shown, as far as nobody is asked to log in
   */
  HadoopPaths(Supplier<Configuration> settings, HdfsTokens tokens) {
    this.settings = settings;
    this.tokens = tokens;
  }

  @Override
  public Candidates complete(String line, String body, int cursor) throws Exception {
    String typed = line.substring(0, Math.min(cursor, line.length()));
    try {
      List<Candidate> paths = ask(typed).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      return new Candidates(paths, 0, typed.length());
    } catch (TimeoutException | RejectedExecutionException e) {
      // Still being listed, or another directory is: nothing to offer yet.
      return Candidates.none(typed.length());
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  private synchronized Future<List<Candidate>> ask(String typed) {
    if (last == null || !last.answers(typed)) {
      last = new Listing(typed, System.nanoTime(), thread.submit(() -> list(typed)));
    }
    return last.paths();
  }

  private List<Candidate> list(String typed) throws IOException {
    Matcher address = ADDRESS.matcher(typed);
    if (!address.matches()) {
      return List.of();
    }
    Configuration connection = settings.get();
    if (address.group(3) == null) {
      return root(connection, address.group(1));
    }
    String parent = typed.substring(0, typed.lastIndexOf('/') + 1);
    String name = typed.substring(parent.length());
    Path directory = new Path(parent);
    List<Candidate> found = new ArrayList<>();
    long end = System.nanoTime() + LONGEST.toNanos();
    ShownToken token = tokens.of(directory.toUri(), connection, false);
    try (FileSystem files = token.open(directory.toUri(), connection)) {
      RemoteIterator<FileStatus> entries = files.listStatusIterator(directory);
      while (found.size() < MOST && System.nanoTime() < end && entries.hasNext()) {
        FileStatus entry = entries.next();
        if (entry.getPath().getName().startsWith(name)) {
          String path = parent + entry.getPath().getName() + (entry.isDirectory() ? "/" : "");
          found.add(new Candidate(path, "path"));
        }
      }
    } catch (FileNotFoundException e) {
      // What is typed names no directory: nothing begins with it.
      return List.of();
    }
    return found;
  }

  /** The root of the default file system, where it is of this scheme. */
  private static List<Candidate> root(Configuration connection, String scheme) {
    String standard = connection.get("fs.defaultFS", "");
    return standard.startsWith(scheme + "://")
        ? List.of(new Candidate(standard.replaceFirst("/*$", "") + "/", "path"))
        : List.of();
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
