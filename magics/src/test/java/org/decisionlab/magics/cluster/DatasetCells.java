// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.cluster;

import static org.decisionlab.magics.cluster.CellCase.row;

import java.util.ArrayList;
import java.util.List;

/** Typed datasets, functions in SQL, beans and aggregators. */
final class DatasetCells {

  private DatasetCells() {}

  static List<CellCase> all() {
    List<CellCase> all = new ArrayList<>(typed());
    all.addAll(sql());
    all.addAll(beans());
    all.addAll(shared());
    return all;
  }

  private static List<CellCase> typed() {
    return List.of(
        row("Dataset.map and filter read variables")
            .after("long cut = 3;\nlong times = 2;")
            .cell(
                """
                spark.range(6).filter((FilterFunction<Long>) x -> x > cut)
                    .map((MapFunction<Long, Long>) x -> x * times, Encoders.LONG()).collectAsList()
                """)
            .gives(() -> List.of(8L, 10L)),
        row("Dataset.flatMap reads a variable")
            .after("int copies = 2;")
            .cell(
                """
                spark.range(3).flatMap((FlatMapFunction<Long, String>) x ->
                    Collections.nCopies(copies, "c" + x).iterator(), Encoders.STRING()).collectAsList()
                """)
            .gives(() -> List.of("c0", "c0", "c1", "c1", "c2", "c2")),
        row("mapPartitions with an iterator that reads a variable later")
            .after("int shift = 1000;")
            .cell(
                """
                spark.range(0, 4, 1, 2).mapPartitions((MapPartitionsFunction<Long, Long>) all ->
                    new Iterator<Long>() {
                      public boolean hasNext() { return all.hasNext(); }
                      public Long next() { return all.next() + shift; }
                    }, Encoders.LONG()).collectAsList()
                """)
            .gives(() -> List.of(1000L, 1001L, 1002L, 1003L)),
        row("mapPartitions with a lazy stream that reads a variable later")
            .after("int lifted = 50;")
            .cell(
                """
                ints.mapPartitions(all -> {
                  Iterable<Integer> once = () -> all;
                  return java.util.stream.StreamSupport.stream(once.spliterator(), false)
                      .map(x -> x + lifted).iterator();
                }).collect()
                """)
            .gives(() -> List.of(51, 52, 53, 54)),
        row("groupByKey and mapGroups read a variable")
            .after("int modulus = 2;")
            .cell(
                """
                spark.range(6)
                    .groupByKey((MapFunction<Long, Long>) x -> x % modulus, Encoders.LONG())
                    .mapGroups((MapGroupsFunction<Long, Long, String>) (key, all) -> {
                      long sum = 0;
                      while (all.hasNext()) { sum += all.next() * modulus; }
                      return key + ":" + sum;
                    }, Encoders.STRING())
                    .collectAsList().stream().sorted().toList()
                """)
            .gives(() -> List.of("0:12", "1:18")),
        row("Dataset.reduce with a method of a cell")
            .after("long mix(long a, long b) { return Math.max(a, b); }")
            .cell("spark.range(9).reduce((ReduceFunction<Long>) (a, b) -> mix(a, b))")
            .gives(() -> 8),
        row("pairs: flatMap, reduceByKey and join")
            .after("String joiner = \"-\";")
            .cell(
                """
                sc.parallelize(List.of("a b", "b c b"), 2)
                    .flatMap(line -> Arrays.asList(line.split(" ")).iterator())
                    .mapToPair(word -> new scala.Tuple2<>(word, 1))
                    .reduceByKey(Integer::sum)
                    .map(t -> t._1() + joiner + t._2()).collect().stream().sorted().toList()
                """)
            .gives(() -> List.of("a-1", "b-3", "c-1")),
        row("aggregate and fold with lambdas")
            .after("int unitWeight = 2;")
            .cell("ints.aggregate(0, (a, x) -> a + x * unitWeight, (a, b) -> a + b)")
            .gives(() -> 20),
        row("sortBy with a key that reads a variable")
            .after("int sign = -1;")
            .cell("ints.sortBy(x -> x * sign, true, 2).collect()")
            .gives(() -> List.of(4, 3, 2, 1)),
        row("a cached RDD keeps what it computed")
            .after("int cached = 1;\nvar kept = ints.map(x -> x + cached).cache();")
            .after("kept.count();\ncached = 100;")
            .cell("List.of(kept.collect(), kept.unpersist(true).map(x -> x).collect())")
            .gives(() -> List.of(List.of(2, 3, 4, 5), List.of(101, 102, 103, 104))));
  }

  private static List<CellCase> sql() {
    return List.of(
        row("a function in SQL")
            .after(
                "spark.udf().register(\"plus\", (UDF1<Long, Long>) x -> x + 1, DataTypes.LongType);")
            .cell("spark.sql(\"SELECT sum(plus(id)) FROM range(5)\").first().getLong(0)")
            .gives(() -> 15),
        row("a function in SQL reads an array of a cell")
            .after("double[] table = {1.5, 2.5, 3.5};")
            .after(
                """
                spark.udf().register("look", (UDF1<Long, Double>) x -> table[x.intValue()],
                    DataTypes.DoubleType);
                """)
            .cell("spark.sql(\"SELECT sum(look(id)) FROM range(3)\").first().getDouble(0)")
            .gives(() -> 7.5),
        row("a function in SQL sees the value a variable has when the query runs")
            .after("long rate = 1;")
            .after(
                "spark.udf().register(\"rated\", (UDF1<Long, Long>) x -> x * rate,"
                    + " DataTypes.LongType);")
            .after("rate = 1000;")
            .cell("spark.sql(\"SELECT sum(rated(id)) FROM range(4)\").first().getLong(0)")
            .gives(() -> 6000),
        row("an aggregator of a cell")
            .after("long start = 100;")
            .after(
                """
                class Total extends org.apache.spark.sql.expressions.Aggregator<Long, Long, Long> {
                  public Long zero() { return 0L; }
                  public Long reduce(Long a, Long x) { return a + x; }
                  public Long merge(Long a, Long b) { return a + b; }
                  public Long finish(Long a) { return a + start; }
                  public Encoder<Long> bufferEncoder() { return Encoders.LONG(); }
                  public Encoder<Long> outputEncoder() { return Encoders.LONG(); }
                }
                """)
            .cell("spark.range(5).as(Encoders.LONG()).select(new Total().toColumn()).first()")
            .gives(() -> 110),
        row("an aggregator of a cell as a function in SQL")
            .after(
                """
                class Spread extends org.apache.spark.sql.expressions.Aggregator<Long, String, Long> {
                  public String zero() { return ""; }
                  public String reduce(String a, Long x) { return a + x + ","; }
                  public String merge(String a, String b) { return a + b; }
                  public Long finish(String a) {
                    var all = Arrays.stream(a.split(",")).mapToLong(Long::parseLong).summaryStatistics();
                    return all.getMax() - all.getMin();
                  }
                  public Encoder<String> bufferEncoder() { return Encoders.STRING(); }
                  public Encoder<Long> outputEncoder() { return Encoders.LONG(); }
                }
                spark.udf().register("spread",
                    org.apache.spark.sql.functions.udaf(new Spread(), Encoders.LONG()));
                """)
            .cell("spark.sql(\"SELECT spread(id) FROM range(3, 30)\").first().getLong(0)")
            .gives(() -> 26));
  }

  private static List<CellCase> beans() {
    return List.of(
        row("a bean with its encoder, mapped")
            .after(
                """
                public class Access implements Serializable {
                  private String file;
                  private long bytes;
                  public String getFile() { return file; }
                  public void setFile(String file) { this.file = file; }
                  public long getBytes() { return bytes; }
                  public void setBytes(long bytes) { this.bytes = bytes; }
                }
                Access access(String file, long bytes) {
                  Access access = new Access();
                  access.setFile(file);
                  access.setBytes(bytes);
                  return access;
                }
                long kilo = 1024;
                """)
            .cell(
                """
                spark.createDataset(List.of(access("a", 1), access("b", 2)), Encoders.bean(Access.class))
                    .map((MapFunction<Access, Access>) a -> access(a.getFile() + "!", a.getBytes() * kilo),
                        Encoders.bean(Access.class))
                    .filter("bytes > 1500")
                    .collectAsList().stream().map(a -> a.getFile() + a.getBytes()).toList()
                """)
            .gives(() -> List.of("b!2048")),
        row("Kryo as encoder of a class")
            .after(
                """
                class Blob implements Serializable {
                  int size;
                  Blob() {}
                  Blob(int size) { this.size = size; }
                }
                """)
            .cell(
                """
                spark.createDataset(List.of(new Blob(3), new Blob(4)), Encoders.javaSerialization(Blob.class))
                    .map((MapFunction<Blob, Integer>) b -> b.size * 10, Encoders.INT()).collectAsList()
                """)
            .gives(() -> List.of(30, 40)));
  }

  private static List<CellCase> shared() {
    return List.of(
        row("an accumulator in a variable")
            .after("var acc = sc.sc().longAccumulator(\"seen\");")
            .cell(
                "sc.parallelize(IntStream.rangeClosed(1, 8).boxed().toList(), 4)"
                    + ".foreach(x -> acc.add(x));\nacc.value()")
            .gives(() -> 36),
        row("an accumulator reached through a method")
            .after("var calls = sc.sc().longAccumulator();")
            .after("int counted(int x) { calls.add(1); return x; }")
            .cell("ints.map(x -> counted(x)).count();\ncalls.value()")
            .gives(() -> 4),
        row("an accumulator class of a cell")
            .after(
                """
                class Longest extends org.apache.spark.util.AccumulatorV2<String, String> {
                  private String value = "";
                  public boolean isZero() { return value.isEmpty(); }
                  public Longest copy() { Longest copy = new Longest(); copy.value = value; return copy; }
                  public void reset() { value = ""; }
                  public void add(String other) { if (other.length() > value.length()) { value = other; } }
                  public void merge(org.apache.spark.util.AccumulatorV2<String, String> other) { add(other.value()); }
                  public String value() { return value; }
                }
                var longest = new Longest();
                sc.sc().register(longest, "longest");
                """)
            .cell("ints.foreach(x -> longest.add(\"x\".repeat(x)));\nlongest.value()")
            .gives(() -> "xxxx"),
        row("a broadcast in a variable")
            .after("var shared = sc.broadcast(new int[] {0, 5, 6, 7, 8});")
            .cell("ints.map(x -> shared.value()[x]).collect()")
            .gives(() -> List.of(5, 6, 7, 8)),
        row("a broadcast of records of a cell")
            .after(
                """
                record Site(String name, int tier) implements Serializable {}
                var sites = sc.broadcast(List.of(new Site("x", 1), new Site("y", 2)));
                """)
            .cell("ints.map(x -> sites.value().get(x % 2).name() + x).collect()")
            .gives(() -> List.of("y1", "x2", "y3", "x4")));
  }
}
