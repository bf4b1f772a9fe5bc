// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.decisionlab.kernel.testing.KernelClient;
import org.decisionlab.kernel.testing.KernelProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zeromq.ZMQ;

/** CurveZMQ, where the connection file carries keys. */
class EncryptionTest {

  @TempDir private Path folder;

  private static JsonObject keys() {
    ZMQ.Curve.KeyPair pair = ZMQ.Curve.generateKeyPair();
    JsonObject keys = new JsonObject();
    keys.addProperty("curve_publickey", pair.publicKey);
    keys.addProperty("curve_secretkey", pair.secretKey);
    return keys;
  }

  @Test
  void onlyWhoKnowsThePublicKeyIsAnswered() throws IOException {
    try (KernelProcess process = KernelProcess.start(folder, List.of(), keys());
        KernelClient client = KernelClient.ready(process)) {
      assertThat(client.execute("6 * 7").result()).isEqualTo("42");
      JsonObject wrongKey = process.connection().deepCopy();
      wrongKey.add("curve_publickey", keys().get("curve_publickey"));
      JsonObject noKey = process.connection().deepCopy();
      noKey.remove("curve_publickey");
      for (JsonObject wrong : List.of(wrongKey, noKey)) {
        try (KernelClient stranger = new KernelClient(wrong)) {
          ask(stranger);
          client.execute("System.out.println(\"not for strangers\");");
          assertThat(stranger.poll(Duration.ofMillis(500), message -> true)).isFalse();
        }
      }
      assertThat(client.execute("1").result()).isEqualTo("1");
      assertThat(process.log())
          .doesNotContain(process.connection().get("curve_secretkey").getAsString());
    }
  }

  /**
   * Asks in several frames. The connection is closed as soon as the kernel has seen the keys; when
   * that is between two frames, an assertion of ZeroMQ fails on this side.
   */
  private static void ask(KernelClient stranger) {
    try {
      stranger.send("shell", "kernel_info_request", new JsonObject());
    } catch (AssertionError closed) {
      assertThat(closed.getStackTrace()[0].getClassName()).startsWith("zmq.socket.");
    }
  }

  @Test
  void halfAPairOfKeysIsRefused() throws IOException, InterruptedException {
    JsonObject half = keys();
    half.remove("curve_secretkey");
    try (KernelProcess process = KernelProcess.start(folder, List.of(), half)) {
      assertThat(process.awaitExit()).isEqualTo(1);
      assertThat(process.log()).contains("curve_secretkey must be a CurveZMQ key");
    }
  }
}
