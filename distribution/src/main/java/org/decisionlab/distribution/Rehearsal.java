// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.distribution;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.decisionlab.kernel.channels.ConnectionFile;
import org.decisionlab.kernel.channels.Wire;
import org.decisionlab.kernel.channels.WireException;
import org.decisionlab.kernel.channels.WireMessage;
import org.jspecify.annotations.Nullable;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMsg;

/**
 * One run of the kernel with nobody watching: starts it, sends it cells as a front end does, and
 * ends it, so that its JVM gets to know the classes of a usual session.
 */
final class Rehearsal implements AutoCloseable {

  /** A short session: values, declarations, output, a picture of a table, an error, Spark, SQL. */
  static final List<String> CELLS =
      List.of(
          "int i = 1;",
          "i + 1",
          "System.out.println(\"ready \" + i);",
          "record Point(int x, double y) {}\nList.of(new Point(1, 2.0), new Point(3, 4.0))",
          "int twice(int k) {\n  return 2 * k;\n}\ntwice(21)",
          "for (int n = 0; n < 3; n++) {\n  System.out.printf(\"%d %s%n\", n, \"n\".repeat(n));\n}",
          "IntStream.range(0, 5).mapToObj(n -> \"n\" + n).collect(Collectors.joining(\",\"))",
          "new double[] {1, 2, 3}",
          "display(html(\"<b>ready</b>\"));",
          "int wrong = \"text\";",
          "throw new IllegalStateException(\"on purpose\");",
          "%lsmagic",
          "%spark start --master local[1]",
          "spark.range(1000).count()",
          "spark.range(1000).filter(\"id > 990\").groupBy(\"id\").count()",
          "%%sql\nSELECT id, id * id AS square FROM range(5) ORDER BY id",
          "%spark stop");

  private static final Duration START = Duration.ofMinutes(2);
  private static final Duration CELL = Duration.ofMinutes(3);
  private static final Duration END = Duration.ofMinutes(5);
  private static final long SLICE_MILLIS = 100;
  private static final int LOG_LINES = 5;

  private final ConnectionFile connection;
  private final Wire wire;
  private final Path log;
  private final Process process;
  private final ZContext context = new ZContext();
  private final ZMQ.Socket shell;
  private final ZMQ.Socket control;
  private final String session = UUID.randomUUID().toString();

  /**
   * Starts the kernel.
   *
   * @param command its command; {@code {connection_file}} stands for that file
   * @param environment added to this process's
   * @param folder an empty folder that nobody else can enter: the kernel works there
   */
  Rehearsal(List<String> command, Map<String, String> environment, Path folder) throws IOException {
    String text = connectionText();
    this.connection = ConnectionFile.parse(text);
    this.wire = Wire.of(connection);
    Path file = folder.resolve("connection.json");
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, text);
    this.log = folder.resolve("kernel.log");
    ProcessBuilder builder =
        new ProcessBuilder(
            command.stream().map(w -> w.replace("{connection_file}", file.toString())).toList());
    builder.environment().putAll(environment);
    builder.environment().put("JPY_PARENT_PID", String.valueOf(ProcessHandle.current().pid()));
    builder.directory(folder.toFile()).redirectErrorStream(true).redirectOutput(log.toFile());
    this.process = builder.start();
    this.shell = connect(connection.shellPort());
    this.control = connect(connection.controlPort());
  }

  /**
   * Runs the cells, a completion and an inspection, and ends the kernel. Cells that fail are part
   * of the play.
   *
   * @throws IOException when the kernel does not answer, or does not end by itself with success
   */
  void play(List<String> cells) throws IOException {
    ask(shell, "kernel_info_request", new JsonObject(), START);
    for (String cell : cells) {
      JsonObject content = new JsonObject();
      content.addProperty("code", cell);
      content.addProperty("store_history", false);
      content.addProperty("allow_stdin", false);
      content.addProperty("stop_on_error", false);
      ask(shell, "execute_request", content, CELL);
    }
    for (String request : List.of("complete_request", "inspect_request", "is_complete_request")) {
      JsonObject content = new JsonObject();
      content.addProperty("code", "\"abc\".subs");
      content.addProperty("cursor_pos", "\"abc\".subs".length());
      content.addProperty("detail_level", 0);
      ask(shell, request, content, CELL);
    }
    JsonObject content = new JsonObject();
    content.addProperty("restart", false);
    ask(control, "shutdown_request", content, CELL);
    awaitEnd();
  }

  @Override
  public void close() {
    context.close();
    process.destroyForcibly().onExit().orTimeout(END.toSeconds(), TimeUnit.SECONDS).join();
  }

  /** The last lines that the process has printed. */
  String lastWords() throws IOException {
    try (Stream<String> lines = Files.lines(log)) {
      List<String> all = lines.toList();
      return String.join("\n", all.subList(Math.max(0, all.size() - LOG_LINES), all.size()));
    }
  }

  private void ask(ZMQ.Socket socket, String type, JsonObject content, Duration limit)
      throws IOException {
    JsonObject header = new JsonObject();
    String id = UUID.randomUUID().toString();
    header.addProperty("msg_id", id);
    header.addProperty("msg_type", type);
    header.addProperty("username", "lab");
    header.addProperty("session", session);
    header.addProperty("date", Instant.now().toString());
    header.addProperty("version", WireMessage.PROTOCOL_VERSION);
    JsonObject none = new JsonObject();
    ZMsg message = new ZMsg();
    wire.encode(new WireMessage(List.of(), header, none, none, content, List.of()))
        .forEach(message::add);
    message.send(socket);
    long end = System.nanoTime() + limit.toNanos();
    socket.setReceiveTimeOut((int) SLICE_MILLIS);
    while (!answers(ZMsg.recvMsg(socket), id)) {
      if (!process.isAlive()) {
        throw new IOException("the kernel ended by itself\n" + lastWords());
      }
      if (System.nanoTime() > end) {
        throw new IOException("no answer to a " + type + " within " + limit + "\n" + lastWords());
      }
    }
  }

  private boolean answers(@Nullable ZMsg frames, String id) throws IOException {
    if (frames == null) {
      return false;
    }
    List<byte[]> data = new ArrayList<>();
    frames.forEach(frame -> data.add(frame.getData()));
    try {
      return id.equals(wire.decode(data).parent().get("msg_id").getAsString());
    } catch (WireException e) {
      throw new IOException("the kernel does not speak its protocol: " + e.getMessage(), e);
    }
  }

  private void awaitEnd() throws IOException {
    try {
      if (!process.waitFor(END.toSeconds(), TimeUnit.SECONDS)) {
        throw new IOException("the kernel did not end within " + END + "\n" + lastWords());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    if (process.exitValue() != 0) {
      throw new IOException("exit code " + process.exitValue() + "\n" + lastWords());
    }
  }

  private ZMQ.Socket connect(int port) {
    ZMQ.Socket socket = context.createSocket(SocketType.DEALER);
    socket.setLinger(0);
    socket.setIdentity(session.getBytes(StandardCharsets.UTF_8));
    socket.connect(connection.address(port));
    return socket;
  }

  /** The text of a connection file with free ports of the loopback and a fresh key. */
  private static String connectionText() throws IOException {
    JsonObject json = new JsonObject();
    json.addProperty("transport", "tcp");
    json.addProperty("ip", "127.0.0.1");
    json.addProperty("signature_scheme", "hmac-sha256");
    json.addProperty("key", UUID.randomUUID().toString());
    List<ServerSocket> free = new ArrayList<>();
    try {
      for (String name : List.of("shell", "control", "iopub", "stdin", "hb")) {
        ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        free.add(socket);
        json.addProperty(name + "_port", socket.getLocalPort());
      }
    } finally {
      for (ServerSocket socket : free) {
        socket.close();
      }
    }
    return json.toString();
  }
}
