// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.testbed.spark;

import org.apache.spark.sql.SparkSession;

/** A driver that needs nothing but Spark on executors: prints a count, then waits for its end. */
public final class CountDriver {

  private CountDriver() {}

  public static void main(String[] args) throws InterruptedException {
    SparkSession session =
        SparkSession.builder()
            .master(args[0])
            .appName("count")
            .config("spark.executor.memory", "512m")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "2")
            .getOrCreate();
    long count = session.range(0, 1000, 1, 4).repartition(2).count();
    System.out.println("counted " + count + " in " + session.sparkContext().applicationId());
    Thread.currentThread().join();
  }
}
