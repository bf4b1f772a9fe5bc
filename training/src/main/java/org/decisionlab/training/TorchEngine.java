// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import java.util.Map;

/**
 * DJL's PyTorch engine, found whatever class loader the calling thread has, working offline and
 * without telemetry. Settings made in the environment or as system properties are left alone.
 */
public final class TorchEngine {

  /** The name that DJL knows it by. */
  public static final String NAME = "PyTorch";

  /** System properties that DJL reads once, when the engine is loaded. */
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "ai.djl.offline", "true",
          "OPT_OUT_TRACKING", "true",
          // Nets of this size gain little from more threads, and lose much on shared cores.
          "ai.djl.pytorch.num_threads", "1");

  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "ai.djl.offline", "DJL_OFFLINE",
          "OPT_OUT_TRACKING", "OPT_OUT_TRACKING",
          "ai.djl.pytorch.num_threads", "OMP_NUM_THREADS");

  private TorchEngine() {}

  /**
   * The engine, loaded on first use.
   *
   * @throws IllegalStateException when it is not on the class path or its native part does not load
   */
  public static Engine get() {
    DEFAULTS.forEach(
        (property, value) -> {
          boolean inEnvironment = System.getenv(ENVIRONMENT.get(property)) != null;
          if (System.getProperty(property) == null && !inEnvironment) {
            System.setProperty(property, value);
          }
        });
    // DJL asks the thread's class loader for engines, once per JVM.
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(TorchEngine.class.getClassLoader());
    try {
      Engine engine = Engine.getEngine(NAME);
      if (engine == null) {
        throw new IllegalStateException("DJL has no engine " + NAME + "; " + ADVICE);
      }
      return engine;
    } catch (EngineException | UnsatisfiedLinkError e) {
      throw new IllegalStateException("DJL's engine " + NAME + " does not load; " + ADVICE, e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** Versions of what the engine runs on, by name. */
  static Map<String, String> versions() {
    return Map.of(
        "djl", Engine.getDjlVersion(),
        "pytorch", get().getVersion());
  }

  private static final String ADVICE =
      "pytorch-engine, pytorch-jni and pytorch-native-cpu of matching versions must be on the"
          + " class path of the JVM, and nothing may have used DJL before from a thread without"
          + " context class loader";
}
