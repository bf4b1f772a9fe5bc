// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.cluster;

import static org.decisionlab.magics.cluster.CellCase.row;

import java.util.ArrayList;
import java.util.List;

/**
 * Datasets that Spark replans while it runs them, and ways to call Spark that are no plain call.
 */
final class ReplannedCells {

  private ReplannedCells() {}

  static List<CellCase> all() {
    List<CellCase> all = new ArrayList<>(replanned());
    all.addAll(calls());
    all.addAll(chains());
    return all;
  }

  private static List<CellCase> replanned() {
    return List.of(
        row("a relation that was found empty before a variable changed, joined")
            .after(
                """
                long floor5 = 100;
                var above5 = spark.range(0, 10, 1, 2)
                    .filter((FilterFunction<Long>) x -> x > floor5).toDF("id");
                var joined5 = above5.join(spark.range(0, 8, 1, 2).toDF("id"), "id");
                joined5.collectAsList();
                """)
            .after("floor5 = 5;")
            .cell("joined5.collectAsList().stream().map(r -> r.getLong(0)).sorted().toList()")
            .gives(() -> List.of(6L, 7L)),
        row("a relation that was found empty, aggregated, and changed twice")
            .after(
                """
                long least5 = 100;
                var groups5 = spark.range(0, 10, 1, 2)
                    .filter((FilterFunction<Long>) x -> x >= least5).toDF("id")
                    .groupBy(org.apache.spark.sql.functions.expr("id % 2")).count();
                List<Integer> sizes5 = new ArrayList<>();
                """)
            .cell(
                """
                for (long each : new long[] {100, 9, 100, 8, 0}) {
                  least5 = each;
                  sizes5.add(groups5.collectAsList().stream().mapToInt(r -> (int) r.getLong(1)).sum());
                }
                sizes5
                """)
            .gives(() -> List.of(0, 1, 0, 2, 10)),
        row("a join that was replanned to send a relation whole, after its variable changed")
            .after(
                """
                long factor5 = 1;
                var few5 = spark.range(0, 4, 1, 2)
                    .map((MapFunction<Long, Long>) x -> x * factor5, Encoders.LONG()).toDF("id");
                var sent5 = few5.join(spark.range(0, 100, 1, 2)
                    .map((MapFunction<Long, Long>) x -> x, Encoders.LONG()).toDF("id"), "id");
                sent5.collectAsList();
                """)
            .after("factor5 = 10;")
            .after("sent5.collectAsList();\nfactor5 = 20;")
            .cell("sent5.collectAsList().stream().map(r -> r.getLong(0)).sorted().toList()")
            .gives(() -> List.of(0L, 20L, 40L, 60L)),
        row("a dataset found empty, as an RDD and for each partition, after a change")
            .after(
                """
                long part5 = 100;
                var parts5 = spark.range(0, 10, 1, 2)
                    .filter((FilterFunction<Long>) x -> x > part5).distinct();
                var counted5 = sc.sc().longAccumulator();
                parts5.foreachPartition((org.apache.spark.api.java.function.ForeachPartitionFunction<Long>)
                    all -> all.forEachRemaining(x -> counted5.add(x)));
                parts5.javaRDD().count();
                """)
            .after("part5 = 5;")
            .cell(
                """
                parts5.foreachPartition((org.apache.spark.api.java.function.ForeachPartitionFunction<Long>)
                    all -> all.forEachRemaining(x -> counted5.add(x)));
                counted5.value() + " " + parts5.javaRDD().count()
                """)
            .gives(() -> "30 4"),
        row("a dataset found empty and kept in memory stays empty")
            .after(
                """
                long kept5 = 100;
                var cached5 = spark.range(0, 10, 1, 2)
                    .filter((FilterFunction<Long>) x -> x > kept5).cache();
                cached5.collectAsList();
                """)
            .after("kept5 = 5;")
            .cell("cached5.collectAsList().size()")
            .gives(() -> 0));
  }

  private static List<CellCase> chains() {
    return List.of(
        row("a shuffle of another, which an action of its own RDD has computed anew")
            .after(
                """
                int chain7 = 1;
                var one7 = ints.mapToPair(x -> new scala.Tuple2<>(x % 2, x * chain7))
                    .reduceByKey(Integer::sum);
                var two7 = one7.mapToPair(t -> new scala.Tuple2<>(t._1(), t._2() + 1))
                    .reduceByKey(Integer::sum);
                var three7 = two7.mapToPair(t -> new scala.Tuple2<>(t._1(), t._2() + 1))
                    .reduceByKey(Integer::sum).values();
                three7.collect();
                """)
            .after("chain7 = 100;\none7.collect();")
            .cell("three7.collect().stream().sorted().toList()")
            .gives(() -> List.of(402, 602)),
        row("a shuffle of another, of which actions go before and between its own")
            .after(
                """
                int chain8 = 1;
                var one8 = ints.mapToPair(x -> new scala.Tuple2<>(x % 2, x * chain8))
                    .reduceByKey(Integer::sum);
                var two8 = one8.mapToPair(t -> new scala.Tuple2<>(t._1(), t._2() + 1))
                    .reduceByKey(Integer::sum).values();
                var sums8 = new ArrayList<Integer>();
                two8.collect();
                """)
            .cell(
                """
                for (int i = 1; i < 4; i++) {
                  chain8 = 10 * i;
                  one8.collect();
                  sums8.add(two8.collect().stream().mapToInt(x -> x).sum());
                  chain8 = i;
                  sums8.add(two8.collect().stream().mapToInt(x -> x).sum());
                }
                sums8
                """)
            .gives(() -> List.of(102, 12, 202, 22, 302, 32)),
        row("a shuffle of a dataset of an RDD, whose own action has computed it anew")
            .after(
                """
                int chain9 = 1;
                var one9 = ints.mapToPair(x -> new scala.Tuple2<>(x % 2, x * chain9))
                    .reduceByKey(Integer::sum).values();
                one9.collect();
                var two9 = spark.createDataset(one9.rdd(), Encoders.INT()).distinct();
                two9.collectAsList();
                """)
            .after("chain9 = 100;\none9.collect();")
            .cell("two9.collectAsList().stream().sorted().toList()")
            .gives(() -> List.of(400, 600)),
        row("a dataset found empty, of an RDD that was computed before it")
            .after(
                """
                int bound9 = 100;
                var few9 = ints.filter(x -> x > bound9).mapToPair(x -> new scala.Tuple2<>(x, x))
                    .reduceByKey(Integer::sum).values();
                few9.collect();
                var none9 = spark.createDataset(few9.rdd(), Encoders.INT()).distinct();
                none9.collectAsList();
                """)
            .after("bound9 = 2;")
            .cell("none9.collectAsList().stream().sorted().toList()")
            .gives(() -> List.of(3, 4)),
        row("a typed dataset of an unresolved plan, found empty as an RDD, after a change")
            .after(
                """
                long floor9 = 100;
                var typed9 = spark.range(0, 10, 1, 2)
                    .filter((FilterFunction<Long>) x -> x > floor9).distinct().toDF("id")
                    .join(spark.range(0, 8, 1, 2).toDF("id"), "id")
                    .map((MapFunction<Row, Long>) r -> r.getLong(0), Encoders.LONG());
                typed9.javaRDD().collect();
                """)
            .after("floor9 = 5;")
            .cell("typed9.javaRDD().collect().stream().sorted().toList()")
            .gives(() -> List.of(6L, 7L)));
  }

  private static List<CellCase> calls() {
    return List.of(
        row("an action by a method reference to an object, after a change")
            .after(
                """
                int byRef5 = 1;
                var refd5 = ints.mapToPair(x -> new scala.Tuple2<>(x % 2, x * byRef5))
                    .reduceByKey(Integer::sum);
                java.util.function.Supplier<List<scala.Tuple2<Integer, Integer>>> get5 =
                    refd5::collect;
                get5.get();
                """)
            .after("byRef5 = 10;")
            .cell("get5.get().stream().map(t -> t._2()).sorted().toList()")
            .gives(() -> List.of(40, 60)),
        row("an action by a method reference to a type, after a change")
            .after(
                """
                int unbound5 = 1;
                var typed5 = ints.mapToPair(x -> new scala.Tuple2<>(x % 2, x * unbound5))
                    .reduceByKey(Integer::sum);
                java.util.function.Function<org.apache.spark.api.java.JavaPairRDD<Integer, Integer>,
                    Map<Integer, Integer>> map5 = org.apache.spark.api.java.JavaPairRDD::collectAsMap;
                map5.apply(typed5);
                """)
            .after("unbound5 = 10;")
            .cell("new TreeMap<>(map5.apply(typed5))")
            .gives(() -> "{0=60, 1=40}"),
        row("an action with arguments, by a method reference with one, of a dataset")
            .after(
                """
                long unit5 = 1;
                var taken5 = spark.range(0, 4, 1, 2)
                    .map((MapFunction<Long, Long>) x -> x * unit5, Encoders.LONG()).distinct();
                java.util.function.IntFunction<Object[]> take5 = n ->
                    taken5.takeAsList(n).stream().sorted().toArray();
                java.util.function.Supplier<List<Long>> all5 = taken5::collectAsList;
                all5.get();
                """)
            .after("unit5 = 10;")
            .cell("Arrays.toString(take5.apply(4)) + all5.get().stream().sorted().toList()")
            .gives(() -> "[0, 10, 20, 30][0, 10, 20, 30]"),
        row("a constant inside of a comparator that the JDK has made of it")
            .after("int mid5 = 4;")
            .after(
                """
                enum Near5 implements Comparator<Integer> {
                  BY;
                  public int compare(Integer a, Integer b) {
                    return Math.abs(a - mid5) - Math.abs(b - mid5);
                  }
                }
                """)
            .after("mid5 = 2;")
            .cell("List.of(ints.top(1, Near5.BY.reversed()), ints.top(1, Near5.BY))")
            .gives(() -> List.of(List.of(2), List.of(4))),
        row("constants of two enums inside of one comparator of the JDK")
            .after("int here5 = 1;")
            .after(
                """
                enum Odd5 implements Comparator<Integer> {
                  BY; public int compare(Integer a, Integer b) { return (a - b) % 2 * here5; } }
                enum Size5 implements Comparator<Integer> {
                  BY; public int compare(Integer a, Integer b) { return (a - b) * here5; } }
                """)
            .cell("ints.top(1, Collections.reverseOrder(Odd5.BY).thenComparing(Size5.BY))")
            .fails("constants of several enums (Odd5, Size5)", "give Spark a lambda"),
        row("a constant that is a function, its enum declared anew")
            .after(
                """
                enum Op5 implements org.apache.spark.api.java.function.Function<Integer, Integer> {
                  TWICE; public Integer call(Integer x) { return 2 * x; } }
                var ops5 = ints.map(Op5.TWICE);
                ops5.collect();
                """)
            .after(
                """
                enum Op5 implements org.apache.spark.api.java.function.Function<Integer, Integer> {
                  TWICE; public Integer call(Integer x) { return 20 * x; } }
                """)
            .cell("ops5.collect()")
            .fails("'Op5' was declared anew", "it is an object", "again"));
  }
}
