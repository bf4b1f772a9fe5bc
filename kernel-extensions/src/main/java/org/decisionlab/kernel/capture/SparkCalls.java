// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture;

import java.util.Set;
import java.util.regex.Pattern;
import org.objectweb.asm.Type;

/** Which calls of Spark may run a job; too many cost little, a missing one is an earlier value. */
final class SparkCalls {

  /** What has data: RDDs, datasets, their writers, estimators. */
  private static final Pattern DATA =
      Pattern.compile(
          "org/apache/spark/(api/java/\\w*RDD\\w*|rdd/\\w+|ml/.+|mllib/.+"
              + "|sql/(classic/|api/|streaming/)?\\w*(Dataset|DataFrame|DataStream)\\w*)");

  /** Commands of SQL run when they are given. */
  private static final Pattern SESSION =
      Pattern.compile("org/apache/spark/sql/(classic/)?(SparkSession|SQLContext)");

  /** What stands for data that are still to be computed. */
  private static final Pattern LATER =
      Pattern.compile(
          "org/apache/spark/(api/java/\\w*RDD\\w*|rdd/\\w+|sql/(classic/|api/)?\\w*(Dataset|DataFrame|Column)\\w*)");

  /** What computes although it gives something that is still to be computed. */
  private static final Set<String> AT_ONCE =
      Set.of(
          "sortBy",
          "sortByKey",
          "zipWithIndex",
          "repartitionByRange",
          "repartitionAndSortWithinPartitions",
          "checkpoint",
          "localCheckpoint",
          "describe",
          "summary",
          "pivot",
          "randomSplit",
          // Adaptive queries run their stages to become an RDD.
          "rdd",
          "javaRDD",
          "toJavaRDD");

  private SparkCalls() {}

  /** Whether a call may run a job. */
  static boolean mayCompute(String owner, String method, String descriptor) {
    if (SESSION.matcher(owner).matches()) {
      return method.equals("sql");
    }
    if (!DATA.matcher(owner).matches() || method.equals("<init>")) {
      return false;
    }
    Type result = Type.getReturnType(descriptor);
    return AT_ONCE.contains(method)
        || result.getSort() != Type.OBJECT
        || !LATER.matcher(result.getInternalName()).matches();
  }
}
