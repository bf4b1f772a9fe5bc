// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.launcher.JavaModuleOptions;

/** What Spark asks of the JVM it runs in. */
public final class SparkJvm {

  private SparkJvm() {}

  /** The flags, in Spark's own words, that open the parts of the JDK which a driver needs. */
  public static List<String> flags() {
    return Arrays.stream(JavaModuleOptions.defaultModuleOptionArray())
        .filter(flag -> !flag.isBlank())
        .toList();
  }
}
