// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.decisionlab.models.engine.Engine;
import org.decisionlab.models.engine.Engines;
import org.decisionlab.models.engine.ModelFormat;
import org.decisionlab.sidecar.Sidecar;
import org.decisionlab.sidecar.auth.Identity;
import org.decisionlab.sidecar.serve.Ask;
import org.decisionlab.sidecar.serve.Serving;
import org.decisionlab.sidecar.serve.ServingSettings;
import org.decisionlab.sidecar.store.Alias;
import org.decisionlab.sidecar.store.ModelName;
import org.decisionlab.sidecar.store.ModelStore;
import org.decisionlab.sidecar.store.Publication;
import org.decisionlab.sidecar.store.Quota;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All engines load and answer where there is no network at all: nothing is downloaded or told. */
class WithoutNetworkTest {

  private static final long LIMIT_SECONDS = 300;

  @Test
  void allEnginesAnswerInANamespaceWithoutNetwork(@TempDir Path directory) throws Exception {
    assumeTrue(
        isPossible(), "no network namespace can be made here (unshare -rn), so this is not tested");
    Path out = directory.resolve("out");
    Process process =
        new ProcessBuilder(
                "unshare",
                "-rn",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Dorg.bytedeco.javacpp.cachedir=" + cache(),
                "-cp",
                System.getProperty("java.class.path"),
                WithoutNetworkTest.class.getName(),
                directory.resolve("models").toString())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    try {
      assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    String printed = Files.readString(out, StandardCharsets.UTF_8);
    assertThat(process.exitValue()).as(printed).isZero();
    assertThat(printed)
        .contains("no network", "java answered", "onnxruntime answered", "tensorflow answered");
  }

  private static String cache() {
    return System.getProperty(
        "org.bytedeco.javacpp.cachedir", System.getProperty("user.home") + "/.javacpp/cache");
  }

  private static boolean isPossible() throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder("unshare", "-rn", "true").redirectErrorStream(true).start();
      return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Runs in the namespace: there even loopback is down, so the doors are left out. */
  public static void main(String[] arguments) throws Exception {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("192.0.2.1", 443), 1_000);
      throw new AssertionError("there is a network: " + Sidecar.class);
    } catch (IOException e) {
      System.out.println("no network: " + e.getMessage());
    }
    Path directory = Path.of(arguments[0]);
    for (Engine engine : Engines.installed().inOrder()) {
      ask(directory.resolve(engine.description().name()), engine);
    }
    System.exit(0);
  }

  private static void ask(Path directory, Engine engine) throws Exception {
    boolean onnx = engine.description().formats().contains(ModelFormat.ONNX);
    String file = onnx ? "model.onnx" : "saved_model.pb";
    byte[] bytes = Nets.bytes(Nets.random(1), onnx ? ModelFormat.ONNX : ModelFormat.SAVED_MODEL);
    ModelName name = new ModelName("net");
    ServingSettings settings = ServingSettings.usual().with(new Engines(List.of(engine)));
    try (ModelStore store = ModelStore.open(directory)) {
      Path staged = store.stage();
      Files.write(staged.resolve(file), bytes);
      Publication publication =
          new Publication(
              Clock.systemUTC().instant(), null, Quota.DEFAULT, s -> s, Alias.PRODUCTION, false);
      store.publish(name, staged, publication);
      try (Serving serving = new Serving(store, settings, Clock.systemUTC())) {
        serving.start();
        float[] answer =
            serving
                .predictor()
                .row(new Ask("net", null, Identity.local()), List.of(), new float[Nets.WIDTH])
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS)
                .rows()[0];
        System.out.println(engine.description().name() + " answered " + answer.length);
      }
    }
  }
}
