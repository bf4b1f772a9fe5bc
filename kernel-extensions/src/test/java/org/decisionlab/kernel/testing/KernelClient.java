// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMsg;

/** A Jupyter client of the tests: its own framing and signing, nothing of the kernel's code. */
public final class KernelClient implements AutoCloseable {

  /**
   * How long a connection may take to begin. The client side of the library misses what its peer
   * says once in some hundred connections, waits for so long, and connects again.
   */
  public static final int HANDSHAKE_MS = 2000;

  private final ZContext context = new ZContext();
  private final String key;
  private final String session = UUID.randomUUID().toString();
  private final ZMQ.Socket shell;
  private final ZMQ.Socket control;
  private final ZMQ.Socket stdin;
  private final ZMQ.Socket iopub;
  private final List<Received> seen = new ArrayList<>();

  /** A message that came in. */
  public record Received(
      String channel, String type, String parent, JsonObject content, JsonObject metadata) {}

  /** All that came of one execute request. */
  public record Run(JsonObject reply, List<Received> outputs) {

    public String status() {
      return reply.get("status").getAsString();
    }

    public String stream(String name) {
      return outputs.stream()
          .filter(m -> m.type.equals("stream"))
          .filter(m -> m.content.get("name").getAsString().equals(name))
          .map(m -> m.content.get("text").getAsString())
          .collect(Collectors.joining());
    }

    public String stdout() {
      return stream("stdout");
    }

    /** Text form of the value of the cell. */
    public String result() {
      return data("execute_result", "text/plain");
    }

    public String data(String type, String mime) {
      return outputs.stream()
          .filter(m -> m.type.equals(type))
          .map(m -> m.content.getAsJsonObject("data").get(mime).getAsString())
          .findFirst()
          .orElse("(no " + type + ": " + outputs + ")");
    }

    /** Trace without colours. */
    public String trace() {
      StringBuilder trace = new StringBuilder();
      reply
          .getAsJsonArray("traceback")
          .forEach(line -> trace.append(line.getAsString()).append('\n'));
      return trace.toString().replaceAll("\u001b\\[[0-9;]*m", "");
    }

    public String error() {
      return reply.get("ename").getAsString();
    }

    public List<String> types() {
      return outputs.stream().map(Received::type).toList();
    }
  }

  public KernelClient(JsonObject connection) {
    this.key = connection.get("key").getAsString();
    this.shell = connect(SocketType.DEALER, connection, "shell_port");
    this.control = connect(SocketType.DEALER, connection, "control_port");
    this.stdin = connect(SocketType.DEALER, connection, "stdin_port");
    this.iopub = connect(SocketType.SUB, connection, "iopub_port");
    this.iopub.subscribe(new byte[0]);
  }

  /** Connects and waits until the kernel answers and its output arrives. */
  public static KernelClient ready(KernelProcess process) {
    KernelClient client = new KernelClient(process.connection());
    for (int attempt = 0; attempt < 600; attempt++) {
      String id = client.send("shell", "kernel_info_request", new JsonObject());
      client.await(m -> m.channel.equals("shell") && m.parent.equals(id));
      boolean heard = client.poll(Duration.ofMillis(200), m -> m.type.equals("status"));
      if (heard) {
        return client;
      }
    }
    throw new AssertionError("no output of the kernel arrives");
  }

  public Run execute(String code) {
    return execute(code, new JsonObject());
  }

  /** Executes and waits for the reply and for idle. */
  public Run execute(String code, JsonObject options) {
    return finish(submit(code, options));
  }

  /** Sends an execute request without waiting; returns its id. */
  public String submit(String code, JsonObject options) {
    JsonObject content = options.deepCopy();
    content.addProperty("code", code);
    return send("shell", "execute_request", content);
  }

  /** Waits for the end of an execute request. */
  public Run finish(String id) {
    Received reply = await(m -> m.channel.equals("shell") && m.parent.equals(id));
    await(m -> isIdle(m, id));
    List<Received> outputs =
        seen.stream()
            .filter(m -> m.channel.equals("iopub") && m.parent.equals(id))
            .filter(m -> !m.type.equals("status"))
            .toList();
    seen.removeIf(m -> m.parent.equals(id));
    return new Run(reply.content, outputs);
  }

  /** Sends a message that has no reply and waits for idle; what was published on its behalf. */
  public List<Received> tell(String type, JsonObject content) {
    String id = send("shell", type, content);
    await(m -> isIdle(m, id));
    List<Received> published = seen.stream().filter(m -> m.parent.equals(id)).toList();
    seen.removeIf(m -> m.parent.equals(id));
    return published.stream().filter(m -> !m.type.equals("status")).toList();
  }

  /** Sends code without waiting; returns the id of the request. */
  public String submit(String code) {
    return submit(code, new JsonObject());
  }

  /** Starts a cell, interrupts it once it has printed, and waits for its end. */
  public Run interrupted(String code) {
    String id = submit(code);
    await(m -> m.parent().equals(id) && m.type().equals("stream"));
    request("control", "interrupt_request", new JsonObject());
    return finish(id);
  }

  /** Sends a request and waits for its reply. */
  public JsonObject request(String channel, String type, JsonObject content) {
    String id = send(channel, type, content);
    return await(m -> m.channel.equals(channel) && m.parent.equals(id)).content;
  }

  /** The messages that have come and that no execute request has taken yet. */
  public List<Received> seen() {
    return List.copyOf(seen);
  }

  /** Waits for a message. */
  public Received await(Predicate<Received> wanted) {
    if (!poll(KernelProcess.PATIENCE, wanted)) {
      throw new AssertionError("the awaited message has not come; came: " + seen);
    }
    return seen.stream().filter(wanted).findFirst().orElseThrow();
  }

  /** Whether a message is there, or comes within a time. */
  public boolean poll(Duration limit, Predicate<Received> wanted) {
    long end = System.nanoTime() + limit.toNanos();
    ZMQ.Poller poller = context.createPoller(3);
    for (ZMQ.Socket socket : List.of(shell, control, iopub)) {
      poller.register(socket, ZMQ.Poller.POLLIN);
    }
    poller.register(stdin, ZMQ.Poller.POLLIN);
    try {
      while (seen.stream().noneMatch(wanted)) {
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          return false;
        }
        poller.poll(left);
        receive("shell", shell);
        receive("control", control);
        receive("stdin", stdin);
        receive("iopub", iopub);
      }
      return true;
    } finally {
      poller.close();
    }
  }

  public String send(String channel, String type, JsonObject content) {
    return send(channel, type, content, key);
  }

  /** Sends a message signed with a key that may be a wrong one; returns its id. */
  public String send(String channel, String type, JsonObject content, String signingKey) {
    return send(channel, type, content, signingKey, "");
  }

  /** Sends a request to a subshell; returns its id. */
  public String sendTo(String subshell, String type, JsonObject content) {
    return send("shell", type, content, key, subshell);
  }

  private String send(
      String channel, String type, JsonObject content, String signingKey, String subshell) {
    String id = UUID.randomUUID().toString();
    JsonObject header = new JsonObject();
    header.addProperty("msg_id", id);
    header.addProperty("msg_type", type);
    header.addProperty("username", "test");
    header.addProperty("session", session);
    header.addProperty("date", Instant.now().toString());
    header.addProperty("version", "5.3");
    if (!subshell.isEmpty()) {
      header.addProperty("subshell_id", subshell);
    }
    List<String> parts = List.of(header.toString(), "{}", "{}", escaped(content.toString()));
    ZMsg message = new ZMsg();
    message.add("<IDS|MSG>");
    message.add(signature(parts, signingKey));
    parts.forEach(part -> message.add(part.getBytes(UTF_8)));
    message.send(
        switch (channel) {
          case "shell" -> shell;
          case "control" -> control;
          default -> stdin;
        });
    return id;
  }

  @Override
  public void close() {
    context.close();
  }

  /** UTF-8 has no surrogate without its other half, JSON has. */
  private static String escaped(String json) {
    StringBuilder text = new StringBuilder();
    json.codePoints()
        .forEach(
            point -> {
              if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
                text.append(String.format("\\u%04x", point));
              } else {
                text.appendCodePoint(point);
              }
            });
    return text.toString();
  }

  private static boolean isIdle(Received message, String id) {
    return message.type.equals("status")
        && message.parent.equals(id)
        && message.content.get("execution_state").getAsString().equals("idle");
  }

  private ZMQ.Socket connect(SocketType type, JsonObject connection, String port) {
    ZMQ.Socket socket = context.createSocket(type);
    socket.setLinger(0);
    socket.setHandshakeIvl(HANDSHAKE_MS);
    // A kernel finds the input channel of a client by the identity of its shell channel.
    socket.setIdentity(session.getBytes(UTF_8));
    socket.setRcvHWM(0);
    if (connection.has("curve_publickey")) {
      ZMQ.Curve.KeyPair own = ZMQ.Curve.generateKeyPair();
      socket.setCurvePublicKey(ZMQ.Curve.z85Decode(own.publicKey));
      socket.setCurveSecretKey(ZMQ.Curve.z85Decode(own.secretKey));
      socket.setCurveServerKey(
          ZMQ.Curve.z85Decode(connection.get("curve_publickey").getAsString()));
    }
    socket.connect("tcp://127.0.0.1:" + connection.get(port).getAsInt());
    return socket;
  }

  private void receive(String channel, ZMQ.Socket socket) {
    ZMsg message = ZMsg.recvMsg(socket, ZMQ.DONTWAIT);
    while (message != null) {
      List<String> frames =
          message.stream().map(frame -> new String(frame.getData(), UTF_8)).toList();
      int delimiter = frames.indexOf("<IDS|MSG>");
      List<String> parts = frames.subList(delimiter + 2, delimiter + 6);
      if (!frames.get(delimiter + 1).equals(signature(parts, key))) {
        throw new AssertionError("the kernel signed wrongly: " + parts);
      }
      JsonObject parent = JsonParser.parseString(parts.get(1)).getAsJsonObject();
      seen.add(
          new Received(
              channel,
              JsonParser.parseString(parts.get(0)).getAsJsonObject().get("msg_type").getAsString(),
              parent.has("msg_id") ? parent.get("msg_id").getAsString() : "",
              JsonParser.parseString(parts.get(3)).getAsJsonObject(),
              JsonParser.parseString(parts.get(2)).getAsJsonObject()));
      message = ZMsg.recvMsg(socket, ZMQ.DONTWAIT);
    }
  }

  private static String signature(List<String> parts, String key) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.getBytes(UTF_8), "HmacSHA256"));
      parts.forEach(part -> mac.update(part.getBytes(UTF_8)));
      return HexFormat.of().formatHex(mac.doFinal());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
