// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.data;

import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a process on local masters, whoever makes the session: Spark asks its plugins before it
 * talks to a cluster. Set by {@link LocalSpark#guards()} when the process starts.
 */
public final class LocalMasterOnly implements SparkPlugin {

  @Override
  public DriverPlugin driverPlugin() {
    return new DriverPlugin() {
      @Override
      public Map<String, String> init(SparkContext context, PluginContext plugin) {
        LocalSpark.requireLocal(context.master());
        return Map.of();
      }
    };
  }

  @Override
  public @Nullable ExecutorPlugin executorPlugin() {
    return null;
  }
}
