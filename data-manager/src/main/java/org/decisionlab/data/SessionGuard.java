// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.data;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.jspecify.annotations.Nullable;

/**
 * Sees every session of the process before it talks to a cluster, whoever makes it: refuses what
 * {@link LocalSpark} refuses, and tells those who asked to hear of sessions.
 *
 * <p>Spark makes plugins itself, by their class name, so those who listen are kept statically.
 */
public final class SessionGuard implements SparkPlugin {

  private static final String PLUGINS = "spark.plugins";
  private static final List<Consumer<SparkContext>> LISTENERS = new CopyOnWriteArrayList<>();

  /**
   * Tells of every session from now on, on the thread that makes it and before its first job.
   *
   * @param listener told once per session; what it throws keeps the session from starting
   */
  public static void tell(Consumer<SparkContext> listener) {
    LISTENERS.add(listener);
  }

  /** No longer tells of sessions. */
  public static void forget(Consumer<SparkContext> listener) {
    LISTENERS.remove(listener);
  }

  /** Whether a value of {@code spark.plugins} names this class. */
  static boolean isNamedBy(@Nullable String plugins) {
    return plugins != null && names(plugins).anyMatch(SessionGuard.class.getName()::equals);
  }

  @Override
  public DriverPlugin driverPlugin() {
    return new DriverPlugin() {
      @Override
      public Map<String, String> init(SparkContext context, PluginContext plugin) {
        SparkConf conf = context.conf();
        SparkMaster master = SparkMaster.of(context.master());
        UnaryOperator<@Nullable String> setting =
            name -> conf.contains(name) ? conf.get(name) : null;
        SparkSettings.check(master, setting);
        Neighbours.check(master, setting);
        if (master.kind() == SparkMaster.Kind.LOCAL) {
          // Where memory runs out in a task, an executor ends itself: here that is this process.
          conf.setIfMissing("spark.executor.killOnFatalError.depth", "0");
        }
        leaveOutOnExecutors(conf);
        LISTENERS.forEach(listener -> listener.accept(context));
        return Map.of();
      }
    };
  }

  @Override
  public @Nullable ExecutorPlugin executorPlugin() {
    return null;
  }

  /** Executors load what this setting names, and have nothing but Spark. */
  private static void leaveOutOnExecutors(SparkConf conf) {
    String others =
        names(conf.get(PLUGINS, ""))
            .filter(name -> !name.equals(SessionGuard.class.getName()))
            .collect(Collectors.joining(","));
    if (others.isEmpty()) {
      conf.remove(PLUGINS);
    } else {
      conf.set(PLUGINS, others);
    }
  }

  private static Stream<String> names(String plugins) {
    return Stream.of(plugins.split(",", -1)).map(String::strip).filter(name -> !name.isEmpty());
  }
}
