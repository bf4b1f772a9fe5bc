// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.jobs;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.Dependency;
import org.apache.spark.ShuffleDependency;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDDLike;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.apache.spark.util.AccumulatorV2;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.jdk.javaapi.CollectionConverters;

/** The functions of the stage that writes a shuffle, as its RDDs hold them. */
final class RddFunctions {

  private static final Logger LOG = LoggerFactory.getLogger(RddFunctions.class);

  private RddFunctions() {}

  /** What the RDDs of a stage and its shuffle hold, except for other RDDs. */
  static List<@Nullable Object> of(ShuffleDependency<?, ?, ?> shuffle) {
    List<@Nullable Object> held = new ArrayList<>();
    held.add(shuffle.partitioner());
    held.add(shuffle.aggregator());
    held.add(shuffle.keyOrdering());
    Set<RDD<?>> seen = new HashSet<>();
    Deque<RDD<?>> waiting = new ArrayDeque<>(List.of(shuffle.rdd()));
    while (!waiting.isEmpty()) {
      RDD<?> next = waiting.remove();
      if (seen.add(next)) {
        add(next, held);
        for (Dependency<?> each : CollectionConverters.asJava(next.dependencies())) {
          if (!(each instanceof ShuffleDependency<?, ?, ?>)) {
            waiting.add(each.rdd());
          }
        }
      }
    }
    return held;
  }

  /** Whether an object is no part of a function: what Spark has of its own, and what is shared. */
  static boolean isSparks(Object value) {
    return value instanceof RDD<?>
        || value instanceof JavaRDDLike<?, ?>
        || value instanceof Dependency<?>
        || value instanceof SparkContext
        || value instanceof JavaSparkContext
        || value instanceof Broadcast<?>
        || value instanceof AccumulatorV2<?, ?>;
  }

  private static void add(RDD<?> rdd, List<@Nullable Object> held) {
    for (Class<?> type = rdd.getClass();
        type != null && type != RDD.class;
        type = type.getSuperclass()) {
      for (Field each : type.getDeclaredFields()) {
        int access = each.getModifiers();
        if (!Modifier.isStatic(access)
            && !Modifier.isTransient(access)
            && !each.getType().isPrimitive()) {
          try {
            each.setAccessible(true);
            held.add(each.get(rdd));
          } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.debug("the field {} of an RDD is not looked at", each, e);
          }
        }
      }
    }
  }
}
