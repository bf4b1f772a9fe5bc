// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Objects that make no sense outside the driver, although some of them can be serialized. */
final class DriverObjects {

  private static final String READ =
      "; collect what you need of it into a variable first, or join with it";
  private static final String SESSION =
      "; a function that runs on executors can use data only, not the session";

  /** Names of types, so that Spark need not be there, and what to do instead. */
  private static final Map<String, String> TYPES = new LinkedHashMap<>();

  static {
    for (String each :
        new String[] {
          "org.apache.spark.SparkContext",
          "org.apache.spark.api.java.JavaSparkContext",
          "org.apache.spark.sql.SparkSession",
          "org.apache.spark.sql.SQLContext",
          "org.apache.spark.sql.streaming.StreamingQuery",
          "org.apache.spark.streaming.StreamingContext",
          "org.apache.spark.streaming.api.java.JavaStreamingContext"
        }) {
      TYPES.put(each, SESSION);
    }
    for (String each :
        new String[] {
          "org.apache.spark.rdd.RDD",
          "org.apache.spark.api.java.JavaRDDLike",
          "org.apache.spark.sql.Dataset",
          "org.apache.spark.sql.KeyValueGroupedDataset",
          "org.apache.spark.sql.RelationalGroupedDataset",
          "org.apache.spark.streaming.dstream.DStream"
        }) {
      TYPES.put(each, READ);
    }
  }

  /** What to do instead of carrying objects of a class, or {@code null} if they can be carried. */
  private static final ClassValue<Advice> ADVICE =
      new ClassValue<>() {
        @Override
        protected Advice computeValue(Class<?> type) {
          return new Advice(find(type));
        }
      };

  /** What tells the task that reads it of itself, and no other. */
  private static final ClassValue<Boolean> READ_BY_TASK =
      new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
          for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            if (each.getName().equals("org.apache.spark.util.AccumulatorV2")) {
              return true;
            }
          }
          return false;
        }
      };

  /** Functions that Spark calls on the driver although they are serializable. */
  private static final Set<String> CALLED_HERE =
      // DataStreamWriter.foreachBatch, JavaDStreamLike.foreachRDD
      Set.of("org/apache/spark/api/java/function/VoidFunction2");

  private DriverObjects() {}

  /**
   * Whether a method of Spark, of a class given by internal name, calls functions on the driver.
   */
  static boolean callsHere(String owner, String method) {
    return owner.startsWith("org/apache/spark/")
        && (method.equals("foreachBatch") || method.equals("foreachRDD"));
  }

  /** Whether Spark calls the functions of an interface, given by internal name, on the driver. */
  static boolean areCalledHere(String function) {
    return CALLED_HERE.contains(function);
  }

  /** Why an object cannot leave the driver and what to do instead; {@code null} if it can. */
  static @Nullable String advice(Object value) {
    return ADVICE.get(value.getClass()).text();
  }

  /** Whether an object must be read on the thread of a task: accumulators. */
  static boolean areReadByTask(Object value) {
    return READ_BY_TASK.get(value.getClass());
  }

  private static @Nullable String find(@Nullable Class<?> type) {
    if (type == null) {
      return null;
    }
    String own = TYPES.get(type.getName());
    if (own != null) {
      return own;
    }
    for (Class<?> each : type.getInterfaces()) {
      String inherited = find(each);
      if (inherited != null) {
        return inherited;
      }
    }
    return find(type.getSuperclass());
  }

  private record Advice(@Nullable String text) {}
}
