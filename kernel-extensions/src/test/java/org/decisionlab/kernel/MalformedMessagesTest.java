// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.decisionlab.kernel.testing.KernelClient;
import org.decisionlab.kernel.testing.RunningKernel;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMsg;

/** Whatever arrives on a socket, the kernel goes on to answer what is right. */
class MalformedMessagesTest extends RunningKernel {

  private static final int PATIENCE_MS = 60_000;

  private int port(String channel) {
    return process.connection().get(channel + "_port").getAsInt();
  }

  private List<String> signed(String... parts) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      byte[] key = process.connection().get("key").getAsString().getBytes(UTF_8);
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      Stream.of(parts).forEach(part -> mac.update(part.getBytes(UTF_8)));
      List<String> frames =
          new ArrayList<>(List.of("<IDS|MSG>", HexFormat.of().formatHex(mac.doFinal())));
      frames.addAll(List.of(parts));
      return frames;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<List<String>> messages() {
    String deep = "{\"a\":".repeat(50_000) + "1" + "}".repeat(50_000);
    String execute = "{\"msg_type\":\"execute_request\"}";
    return List.of(
        List.of(""),
        List.of("x"),
        List.of("<IDS|MSG>"),
        List.of("<IDS|MSG>", "not a signature", "{}", "{}", "{}", "{}"),
        List.of("<IDS|MSG>", "", "{}", "{}", "{}", "{}"),
        List.of("a", "b", "c", "d", "e", "f", "g", "h"),
        signed("{}", "{}", "{}"),
        signed("{}", "{}", "{}", "{}"),
        signed("[]", "[]", "[]", "[]"),
        signed("null", "null", "null", "null"),
        signed("\u0000", "{", "}", "\""),
        signed("{\"msg_type\": 5}", "{}", "{}", "{}"),
        signed(execute, "{}", "{}", "{\"code\": {\"a\": 1}}"),
        signed(execute, "{}", "{}", "\"text\""),
        signed(execute, "{}", "{}", deep),
        signed("{\"msg_type\": \"comm_msg\"}", "{}", "{}", "{\"comm_id\": null}"),
        signed("{\"msg_type\": \"comm_open\"}", "{}", "{}", "{}"),
        signed("{\"msg_type\": \"input_reply\"}", "{}", "{}", "{\"value\": []}"),
        signed("{\"msg_type\": \"shutdown_reply\"}", "{}", "{}", "{}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"shell", "control", "stdin", "hb", "iopub"})
  void aChannelBearsWhatIsNoMessage(String channel) throws IOException {
    try (ZContext context = new ZContext();
        Socket plain = new Socket(InetAddress.getLoopbackAddress(), port(channel))) {
      plain.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".repeat(50).getBytes(UTF_8));
      // ZeroMQ itself closes a connection between sockets that do not fit each other.
      boolean publishes = channel.equals("iopub");
      ZMQ.Socket socket = context.createSocket(publishes ? SocketType.XSUB : SocketType.DEALER);
      socket.setLinger(0);
      socket.setSendTimeOut(PATIENCE_MS);
      socket.connect("tcp://127.0.0.1:" + port(channel));
      for (List<String> message : messages()) {
        ZMsg frames = new ZMsg();
        message.forEach(frame -> frames.add(frame.getBytes(UTF_8)));
        assertThat(frames.send(socket)).isTrue();
      }
      assertThat(client.execute("6 * 7").result()).isEqualTo("42");
      assertThat(beat(context)).isEqualTo("beat");
    }
    JsonObject info = client.request("control", "kernel_info_request", new JsonObject());
    assertThat(info.get("status").getAsString()).isEqualTo("ok");
    assertThat(client.execute("7 * 7").result()).isEqualTo("49");
  }

  @ParameterizedTest
  @ValueSource(strings = {"shell", "hb"})
  void aConnectionThatDoesNotSpeakZeroMqIsClosed(String channel) throws IOException {
    try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), port(channel))) {
      // The library by itself would let it wait for thirty.
      silent.setSoTimeout(20_000);
      assertThat(silent.getInputStream().readAllBytes()).isNotNull();
    }
    assertThat(client.execute("6 * 7").result()).isEqualTo("42");
  }

  private String beat(ZContext context) {
    ZMQ.Socket heart = context.createSocket(SocketType.REQ);
    heart.setReceiveTimeOut(PATIENCE_MS);
    heart.setHandshakeIvl(KernelClient.HANDSHAKE_MS);
    heart.setLinger(0);
    heart.connect("tcp://127.0.0.1:" + port("hb"));
    heart.send("beat");
    return heart.recvStr();
  }
}
