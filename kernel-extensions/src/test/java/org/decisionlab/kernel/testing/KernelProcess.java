// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.testing;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** The real kernel in a process of its own, with the connection file that started it. */
public final class KernelProcess implements AutoCloseable {

  /** How long a kernel may take for anything; far more than it needs. */
  public static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final String CONNECTION_FILE = "{connection_file}";

  private final Process process;
  private final JsonObject connection;
  private final Path log;

  private KernelProcess(Process process, JsonObject connection, Path log) {
    this.process = process;
    this.connection = connection;
    this.log = log;
  }

  /** Starts a kernel with the class path of the tests, as a child of this process. */
  public static KernelProcess start(Path folder) {
    return start(folder, ProcessHandle.current().pid());
  }

  /** Starts a kernel that takes another process for its parent. */
  public static KernelProcess start(Path folder, long parentPid) {
    return start(folder, command(List.of()), parentPid, new JsonObject());
  }

  /**
   * Starts a kernel with more in its connection file.
   *
   * @param jvmOptions more options of the JVM
   * @param connection fields added to the connection file
   */
  public static KernelProcess start(Path folder, List<String> jvmOptions, JsonObject connection) {
    return start(folder, command(jvmOptions), ProcessHandle.current().pid(), connection);
  }

  /**
   * The command of a kernel with the class path of the tests, for {@link #start(Path, List)}.
   *
   * @param jvmOptions more options of the JVM
   */
  public static List<String> command(List<String> jvmOptions) {
    List<String> command = new ArrayList<>(jvmOptions);
    command.add(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx512m");
    for (String part : List.of("api", "code", "comp", "util")) {
      command.add("--add-exports=jdk.compiler/com.sun.tools.javac." + part + "=ALL-UNNAMED");
    }
    command.add("--add-opens=jdk.jshell/jdk.jshell=ALL-UNNAMED");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("org.decisionlab.kernel.KernelMain");
    command.add(CONNECTION_FILE);
    return command;
  }

  /**
   * Starts a kernel as its kernelspec tells.
   *
   * @param argv the words of the command; {@code {connection_file}} stands for the file
   */
  public static KernelProcess start(Path folder, List<String> argv) {
    return start(folder, argv, ProcessHandle.current().pid(), new JsonObject());
  }

  private static KernelProcess start(
      Path folder, List<String> argv, long parentPid, JsonObject more) {
    JsonObject connection = more.deepCopy();
    connection.addProperty("transport", "tcp");
    connection.addProperty("ip", "127.0.0.1");
    connection.addProperty("signature_scheme", "hmac-sha256");
    connection.addProperty("key", UUID.randomUUID().toString());
    try {
      List<Integer> ports = freePorts(5);
      String[] names = {"shell_port", "control_port", "iopub_port", "stdin_port", "hb_port"};
      for (int i = 0; i < names.length; i++) {
        if (!connection.has(names[i])) {
          connection.addProperty(names[i], ports.get(i));
        }
      }
      Path file = folder.resolve("connection-" + UUID.randomUUID() + ".json");
      Files.writeString(file, connection.toString());
      Path log = folder.resolve(file.getFileName() + ".log");
      List<String> command =
          argv.stream().map(word -> word.replace(CONNECTION_FILE, file.toString())).toList();
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.redirectErrorStream(true).redirectOutput(log.toFile());
      builder.environment().put("JPY_PARENT_PID", String.valueOf(parentPid));
      builder.environment().put("XDG_STATE_HOME", folder.resolve("state").toString());
      // As the kernelspec has it.
      builder.environment().putIfAbsent("SPARK_LOCAL_IP", "127.0.0.1");
      return new KernelProcess(builder.start(), connection, log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public JsonObject connection() {
    return connection;
  }

  public ProcessHandle handle() {
    return process.toHandle();
  }

  /** What the process itself has printed. */
  public String log() throws IOException {
    return Files.readString(log);
  }

  /** Waits for the end of the process; returns its exit code. */
  public int awaitExit() throws InterruptedException {
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("the kernel process does not end");
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return sockets.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }
}
