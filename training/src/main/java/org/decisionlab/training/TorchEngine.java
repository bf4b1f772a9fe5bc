// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.util.cuda.CudaUtils;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * DJL's PyTorch engine, found whatever class loader the calling thread has, working offline and
 * without telemetry. Settings made in the environment or as system properties are left alone.
 */
public final class TorchEngine {

  /** The name that DJL knows it by. */
  public static final String NAME = "PyTorch";

  private static final Pattern GPU = Pattern.compile("gpu(\\d{0,3})");

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

  /**
   * Where to compute.
   *
   * @param name {@code auto}, {@code cpu}, {@code gpu} or {@code gpu1}
   * @throws IllegalArgumentException when there is no such device
   */
  static Device device(String name) {
    if (name.equals("cpu")) {
      return Device.cpu();
    }
    int gpus = get().getGpuCount();
    if (name.equals("auto")) {
      return gpus > 0 ? Device.gpu() : Device.cpu();
    }
    Matcher gpu = GPU.matcher(name);
    if (!gpu.matches()) {
      throw new IllegalArgumentException(
          "device '" + name + "' is not one of auto, cpu, gpu, gpu1 and so on");
    }
    int number = gpu.group(1).isEmpty() ? 0 : Integer.parseInt(gpu.group(1));
    if (number >= gpus) {
      throw new IllegalArgumentException(
          "device '%s' is not there: DJL finds %d GPUs with CUDA. On the class path it needs pytorch-native-cu128 in place of pytorch-native-cpu; device(\"auto\") takes what there is"
              .formatted(name, gpus));
    }
    return Device.gpu(number);
  }

  /** A device as the card tells it. */
  static String describe(Device device) {
    return device.isGpu()
        ? "cuda:%d, compute capability %s"
            .formatted(device.getDeviceId(), CudaUtils.getComputeCapability(device.getDeviceId()))
        : "cpu";
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
