// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.testbed.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One component in a JVM of its own. Its output goes to a log file and is watched for the lines
 * with which it announces that it is ready; it and its children end with {@link #close()}, and with
 * this JVM.
 */
public final class ComponentProcess implements AutoCloseable {

  private static final Duration END = Duration.ofSeconds(30);
  private static final long LOG_LIMIT = 64L << 20;
  private static final int TAIL_LINES = 30;

  private final Program program;
  private final Process process;
  private final Thread hook = new Thread(this::kill, "end of a component");
  private final Map<Pattern, CompletableFuture<String>> awaited = new LinkedHashMap<>();

  /**
   * What to run.
   *
   * @param name names the log file too
   * @param jvm flags of the JVM
   * @param classPath class path of the component, as for {@code java -cp}
   * @param words main class and its arguments
   * @param environment added to that of this process
   * @param folder working directory and place of the log
   */
  public record Program(
      String name,
      List<String> jvm,
      String classPath,
      List<String> words,
      Map<String, String> environment,
      Path folder) {

    /** The file with all that the component prints. */
    public Path log() {
      return folder.resolve(name + ".log");
    }
  }

  private ComponentProcess(Program program, Process process, Pattern... announcements) {
    this.program = program;
    this.process = process;
    for (Pattern announcement : announcements) {
      awaited.put(announcement, new CompletableFuture<>());
    }
  }

  /**
   * Starts a component.
   *
   * @param announcements what lines of its output will be asked for with {@link #announced}
   */
  public static ComponentProcess start(Program program, Pattern... announcements)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(program.jvm());
    command.add("-cp");
    command.add(program.classPath() + File.pathSeparator + ownClasses());
    command.add(Tether.class.getName());
    command.addAll(program.words());
    ProcessBuilder builder = new ProcessBuilder(command).directory(program.folder().toFile());
    builder.redirectErrorStream(true);
    builder.environment().putAll(program.environment());
    ComponentProcess component = new ComponentProcess(program, builder.start(), announcements);
    Runtime.getRuntime().addShutdownHook(component.hook);
    Thread reader = new Thread(component::copyOutput, "output of " + program.name());
    reader.setDaemon(true);
    reader.start();
    return component;
  }

  /**
   * Waits for a line of output.
   *
   * @return what the first group of the pattern matched in it
   * @throws IOException when the component ends before, or the time is over; names the log
   */
  public String announced(Pattern announcement, Duration limit)
      throws IOException, InterruptedException {
    CompletableFuture<String> line = awaited.get(announcement);
    if (line == null) {
      throw new IllegalArgumentException("not among the announcements: " + announcement);
    }
    try {
      return line.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IOException(notSaid(announcement, "within " + limit.toSeconds() + " s"), e);
    } catch (ExecutionException e) {
      throw new IOException(notSaid(announcement, "before it ended"), e.getCause());
    }
  }

  /**
   * Waits for the end of a component that ends by itself.
   *
   * @return its exit code
   * @throws IOException when the time is over; names the log
   */
  public int ended(Duration limit) throws IOException, InterruptedException {
    if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IOException(
          program.name() + " did not end within " + limit.toSeconds() + " s; see " + program.log());
    }
    return process.exitValue();
  }

  /** The process. */
  public ProcessHandle handle() {
    return process.toHandle();
  }

  /** Ends the component and its children at once, and waits until they are gone. */
  @Override
  public void close() {
    kill();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // This JVM ends already: the hook has nothing left to do.
      return;
    }
  }

  private void kill() {
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    for (ProcessHandle each : all) {
      each.onExit().orTimeout(END.toSeconds(), TimeUnit.SECONDS).join();
    }
  }

  private void copyOutput() {
    try (BufferedReader lines = process.inputReader(UTF_8);
        Writer log = Files.newBufferedWriter(program.log(), UTF_8)) {
      long written = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        announce(line);
        written += line.length() + 1;
        if (written <= LOG_LIMIT) {
          log.write(line + "\n");
          log.flush();
        }
      }
      fail(new IOException("its output ended"));
    } catch (IOException e) {
      fail(e);
    }
  }

  private void announce(String line) {
    awaited.forEach(
        (pattern, future) -> {
          Matcher matcher = pattern.matcher(line);
          if (matcher.find()) {
            future.complete(matcher.groupCount() == 0 ? matcher.group() : matcher.group(1));
          }
        });
  }

  private void fail(IOException cause) {
    awaited.values().forEach(future -> future.completeExceptionally(cause));
  }

  private String notSaid(Pattern announcement, String when) {
    return program.name()
        + " did not say '"
        + announcement
        + "' "
        + when
        + "; the end of its log "
        + program.log()
        + ":\n"
        + tail();
  }

  private String tail() {
    try {
      List<String> lines = Files.readAllLines(program.log(), UTF_8);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path ownClasses() {
    try {
      return Path.of(Tether.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
