// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.data;

import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Others who reach the ports of a session: accounts of this machine, containers of the same
 * network. Spark's server of classes asks nobody for a secret and follows {@code ..} to any file of
 * the user, so it is off where they are, and executors in other processes do not get the classes of
 * cells: who starts such a session has to say that it does without.
 */
public final class Neighbours {

  /** System property, true where others reach the ports of a session. */
  static final String PROPERTY = "decisionlab.neighbours";

  /** Setting of a session: whether functions of cells are to run on its executors. */
  static final String FUNCTIONS = "spark.decisionlab.functions";

  private static final String AUTHENTICATE = "spark.authenticate";
  private static final String SECRET = "spark.authenticate.secret";

  /** Masters for which Spark makes the secret of a session by itself. */
  private static final Pattern MAKES_SECRET = Pattern.compile("yarn|k8s://.*");

  private Neighbours() {}

  /** Whether there are any. */
  public static boolean present() {
    return Boolean.getBoolean(PROPERTY);
  }

  /**
   * Refuses a session beside neighbours whose executors could not do what they are for.
   *
   * @param setting the value of a setting by its name, or null
   * @throws IllegalArgumentException naming what to choose
   */
  static void check(SparkMaster master, UnaryOperator<@Nullable String> setting) {
    if (!present() || master.kind() == SparkMaster.Kind.LOCAL) {
      return;
    }
    String because =
        "others (accounts of this machine, containers of its network) reach the ports of this session; ";
    if (Boolean.parseBoolean(setting.apply(AUTHENTICATE))
        && !MAKES_SECRET.matcher(master.url()).matches()
        && isUnset(setting.apply(SECRET))) {
      throw new IllegalArgumentException(
          because
              + "so "
              + AUTHENTICATE
              + " is on, and "
              + SECRET
              + " must be that of the cluster "
              + master
              + ": take a profile that has it (docs/spark.md), or, where the cluster has none and"
              + " all of them may run code as you, give --conf "
              + AUTHENTICATE
              + "=false");
    }
    boolean served =
        !isUnset(setting.apply("spark.repl.class.uri"))
            || !isUnset(setting.apply("spark.repl.class.outputDir"));
    if (!served && !"off".equals(setting.apply(FUNCTIONS))) {
      throw new IllegalArgumentException(
          because
              + "so executors of "
              + master
              + " get no classes of cells, and functions and lambdas would fail there. For SQL and"
              + " columns only give --conf "
              + FUNCTIONS
              + "=off; for functions take a local master, or ask the operator of the hub for a"
              + " profile without neighbours (docs/facility.md: -D"
              + PROPERTY
              + "=false)");
    }
  }

  private static boolean isUnset(@Nullable String value) {
    return value == null || value.isBlank();
  }
}
