// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.cluster;

import static org.decisionlab.magics.cluster.CellCase.row;
import static org.decisionlab.magics.cluster.VariableCells.each;

import java.util.ArrayList;
import java.util.List;

/** When values are taken, streams, and less common parts of Spark. */
final class ActionCells {

  private ActionCells() {}

  static List<CellCase> all() {
    List<CellCase> all = new ArrayList<>(moments());
    all.addAll(streams());
    all.addAll(rdds());
    return all;
  }

  /** What can be seen where the executor is the process of the kernel. */
  static List<CellCase> inOneProcess() {
    return List.of(
        row("the files of a shuffle that is computed anew are deleted")
            .after(
                """
                int filed6 = 1;
                var files6 = ints.mapToPair(x -> new scala.Tuple2<>(x % 2, x * filed6))
                    .reduceByKey(Integer::sum);
                long written6() {
                  String own = "shuffle_" + ((org.apache.spark.ShuffleDependency<?, ?, ?>)
                      files6.rdd().dependencies().head()).shuffleId() + "_";
                  var all = org.apache.spark.SparkEnv.get().blockManager().diskBlockManager()
                      .getAllFiles();
                  return scala.jdk.javaapi.CollectionConverters.asJava(all).stream()
                      .filter(f -> f.getName().startsWith(own) && f.getName().endsWith(".data"))
                      .count();
                }
                """)
            .cell(
                """
                var counts6 = new ArrayList<Long>();
                for (int i = 0; i < 3; i++) { filed6 = i; files6.count(); counts6.add(written6()); }
                counts6
                """)
            .gives(() -> List.of(2L, 2L, 2L)));
  }

  private static List<CellCase> moments() {
    return List.of(
        row("a variable changed after a shuffle of the same RDD has read it")
            .after(
                """
                int shuffled = 1;
                var byKey = ints.mapToPair(x -> new scala.Tuple2<>(x % 2, x * shuffled))
                    .reduceByKey(Integer::sum);
                byKey.collect();
                """)
            .after("shuffled = 10;")
            .cell("byKey.values().collect().stream().sorted().toList()")
            .gives(() -> List.of(40, 60)),
        row("an action that does not wait, after a change")
            .after(
                """
                int async6 = 1;
                var async6s = ints.mapToPair(x -> new scala.Tuple2<>(x % 2, x * async6))
                    .reduceByKey(Integer::sum).values();
                async6s.collectAsync().get();
                """)
            .after("async6 = 10;")
            .cell("async6s.collectAsync().get().stream().sorted().toList()")
            .gives(() -> List.of(40, 60)),
        row("a method declared anew after a shuffle has called it")
            .after("int byMethod(int x) { return x; }")
            .after(
                """
                var viaMethod = ints.mapToPair(x -> new scala.Tuple2<>(x % 2, byMethod(x)))
                    .reduceByKey(Integer::sum).values();
                viaMethod.collect();
                """)
            .after("int byMethod(int x) { return 10 * x; }")
            .cell("viaMethod.collect().stream().sorted().toList()")
            .gives(() -> List.of(40, 60)),
        row("a variable changed between two actions of one cell, below two shuffles")
            .after(
                """
                int below6 = 1;
                var twice6 = ints.mapToPair(x -> new scala.Tuple2<>(x % 2, x * below6))
                    .reduceByKey(Integer::sum)
                    .mapToPair(t -> new scala.Tuple2<>(t._2() % 2 == 0, t._2()))
                    .reduceByKey(Integer::sum).values();
                """)
            .cell(
                """
                var sums6 = new ArrayList<Integer>();
                for (int i = 1; i < 4; i++) {
                  below6 = i;
                  sums6.add(twice6.collect().stream().mapToInt(x -> x).sum());
                }
                sums6
                """)
            .gives(() -> List.of(10, 20, 30)),
        row("a variable changed after a query of the same dataset has been shuffled")
            .after(
                """
                long scale6 = 1;
                var grouped6 = spark.range(0, 6, 1, 2)
                    .map((MapFunction<Long, Long>) x -> x * scale6, Encoders.LONG())
                    .toDF("v").groupBy(org.apache.spark.sql.functions.expr("v % 2 AS odd")).sum("v");
                grouped6.collectAsList();
                """)
            .after("scale6 = 3;")
            .cell("grouped6.collectAsList().stream().mapToLong(r -> r.getLong(1)).sum()")
            .gives(() -> 45),
        row("a shuffle below an RDD that is cached stays, and the cell says so")
            .after(
                """
                int cached6 = 1;
                var kept6 = ints.mapToPair(x -> new scala.Tuple2<>(x % 2, x * cached6))
                    .reduceByKey(Integer::sum).values().cache();
                kept6.collect();
                """)
            .after("cached6 = 10;")
            .cell("kept6.collect().stream().sorted().toList()")
            .warns(() -> List.of(4, 6), "'cached6' changed after"),
        row("a shuffle used again with its variables as they were, and others changed")
            .after("int same1 = 1;\nint other1 = 1;")
            .after(
                """
                var again1 = ints.mapToPair(x -> new scala.Tuple2<>(x % 2, x * same1))
                    .reduceByKey(Integer::sum).values();
                again1.collect();
                """)
            .after("other1 = 5;\nsame1 = 1;")
            .cell("again1.map(x -> x * other1).collect().stream().sorted().toList()")
            .gives(() -> List.of(20, 30)),
        row("an RDD that is made anew sees the variable as it is")
            .after("int anew = 1;")
            .after(
                """
                JavaRDD<Integer> sums() { return ints.mapToPair(x -> new scala.Tuple2<>(x % 2,
                    x * anew)).reduceByKey(Integer::sum).values(); }
                sums().collect();
                """)
            .after("anew = 10;")
            .cell("sums().collect().stream().sorted().toList()")
            .gives(() -> List.of(40, 60)),
        row("a loop that changes a variable after each action")
            .after("double weight = 0;\nint rounds = 0;")
            .cell(
                """
                for (int i = 0; i < 5; i++) {
                  double step = 1.0 / (i + 1);
                  double gradient = ints.map(x -> x * (weight * x - 2.0 * x) * step).reduce(Double::sum);
                  weight -= 0.03 * gradient;
                  rounds++;
                }
                weight + " " + rounds
                """)
            .gives(ActionCells::descent),
        row("actions in threads of the driver")
            .after("int inThreads = 7;")
            .cell(
                """
                IntStream.range(0, 3).parallel()
                    .mapToObj(i -> ints.map(x -> x * i + inThreads).reduce(Integer::sum)).toList()
                """)
            .gives(() -> List.of(28, 38, 48)),
        row("a checkpointed RDD keeps what it computed")
            .after(
                """
                sc.setCheckpointDir(Files.createTempDirectory("check").toString());
                int checked = 1;
                var chk = ints.map(x -> x + checked);
                chk.checkpoint();
                chk.count();
                """)
            .after("checked = 1000;")
            .cell("chk.collect()")
            .gives(() -> each(x -> x + 1)),
        row("a broadcast of a cell record keeps what it had")
            .after(
                """
                record Conf(String name, int n) {}
                Conf conf = new Conf("a", 3);
                var bc = sc.broadcast(conf);
                """)
            .after("conf = new Conf(\"b\", 1000);")
            .cell("ints.map(x -> bc.value().name() + bc.value().n() * x + conf.name()).collect()")
            .gives(() -> each(x -> "a" + 3 * x + "b")),
        row("a list changed in place between two actions of one RDD")
            .after(
                """
                List<Integer> inPlace = new ArrayList<>(List.of(1));
                var sized = ints.map(x -> x * inPlace.size());
                sized.collect();
                """)
            .after("inPlace.add(2);")
            .cell("sized.collect()")
            .gives(() -> each(x -> 2 * x)),
        row("an array changed in place between two actions of one cell")
            .after("int[] slots = {0, 0, 0, 0, 0};\nvar slotted = ints.map(x -> slots[x]);")
            .cell("var was = slotted.collect();\nslots[3] = 7;\nList.of(was, slotted.collect())")
            .gives(() -> List.of(List.of(0, 0, 0, 0), List.of(0, 0, 7, 0))));
  }

  private static List<CellCase> streams() {
    return List.of(
        row("a stream maps with a variable that changes between its runs, and collects on the"
                + " driver")
            .after(
                """
                Path in = Files.createTempDirectory("in");
                Path cp = Files.createTempDirectory("cp");
                int offs = 1;
                List<String> got = new ArrayList<>();
                int batches = 0;
                """)
            .after(
                """
                void pass() throws Exception {
                  spark.readStream().text(in.toString())
                      .map((MapFunction<Row, String>) r -> r.getString(0) + offs, Encoders.STRING())
                      .writeStream().option("checkpointLocation", cp.toString())
                      .trigger(org.apache.spark.sql.streaming.Trigger.AvailableNow())
                      .foreachBatch((batch, id) -> {
                        got.addAll(batch.collectAsList());
                        batches = batches + 1;
                      }).start().awaitTermination();
                }
                """)
            .after(
                """
                Files.writeString(in.resolve("a.txt"), "a\\n");
                pass();
                offs = 2;
                Files.writeString(in.resolve("b.txt"), "b\\n");
                pass();
                """)
            .cell("got + \" \" + batches")
            .gives(() -> "[a1, b2] 2"),
        row("a variable assigned in foreachBatch, which runs on the driver, without a warning")
            .after(
                """
                Path in3 = Files.createTempDirectory("in");
                long seen3 = 0;
                Files.writeString(in3.resolve("a.txt"), "x\\ny\\n");
                """)
            .cell(
                """
                spark.readStream().text(in3.toString()).writeStream()
                    .option("checkpointLocation", Files.createTempDirectory("cp").toString())
                    .trigger(org.apache.spark.sql.streaming.Trigger.AvailableNow())
                    .foreachBatch((batch, id) -> { seen3 += batch.count(); }).start().awaitTermination();
                seen3
                """)
            .gives(() -> 2),
        row("a foreach writer of a cell")
            .after(
                """
                Path in2 = Files.createTempDirectory("in");
                Path out2 = Files.createTempDirectory("out");
                String target = out2.toString();
                Files.writeString(in2.resolve("a.txt"), "x\\ny\\n");
                """)
            .after(
                """
                class Writer2 extends org.apache.spark.sql.ForeachWriter<Row> {
                  public boolean open(long p, long v) { return true; }
                  public void process(Row r) {
                    try {
                      Files.createFile(Path.of(target, r.getString(0)));
                    } catch (IOException e) {
                      throw new UncheckedIOException(e);
                    }
                  }
                  public void close(Throwable e) {}
                }
                """)
            .cell(
                """
                spark.readStream().text(in2.toString()).writeStream()
                    .option("checkpointLocation", Files.createTempDirectory("cp").toString())
                    .trigger(org.apache.spark.sql.streaming.Trigger.AvailableNow())
                    .foreach(new Writer2()).start().awaitTermination();
                Files.list(out2).map(p -> p.getFileName().toString()).sorted().toList()
                """)
            .gives(() -> List.of("x", "y")));
  }

  private static List<CellCase> rdds() {
    return List.of(
        row("an accumulator class of a cell")
            .after(
                """
                class Seen extends org.apache.spark.util.AccumulatorV2<Integer, Set<Integer>> {
                  private final Set<Integer> all = new TreeSet<>();
                  public boolean isZero() { return all.isEmpty(); }
                  public Seen copy() { Seen s = new Seen(); s.all.addAll(all); return s; }
                  public void reset() { all.clear(); }
                  public void add(Integer x) { all.add(x); }
                  public void merge(org.apache.spark.util.AccumulatorV2<Integer, Set<Integer>> o) {
                      all.addAll(o.value()); }
                  public Set<Integer> value() { return all; }
                }
                Seen seen9 = new Seen();
                sc.sc().register(seen9, "seen9");
                """)
            .cell("ints.foreach(x -> seen9.add(x * 10));\nseen9.value()")
            .gives(() -> "[10, 20, 30, 40]"),
        row("records of cells written to a file and read again")
            .after(
                """
                record Wr(int n, List<String> tags) {}
                String objects = Files.createTempDirectory("obj").resolve("o").toString();
                """)
            .after("ints.map(x -> new Wr(x, List.of(\"t\" + x))).saveAsObjectFile(objects);")
            .cell(
                """
                sc.<Wr>objectFile(objects, 2).map(w -> w.n() + w.tags().get(0)).collect().stream()
                    .sorted().toList()
                """)
            .gives(() -> each(x -> x + "t" + x)),
        row("aggregates whose zero is an object of a cell")
            .after(
                """
                class Agg { int n; int sum; Agg add(int x) { n++; sum += x * aggw; return this; }
                    Agg join(Agg o) { n += o.n; sum += o.sum; return this; } }
                """)
            .after("int aggw = 3;")
            .cell(
                """
                var agg = ints.treeAggregate(new Agg(), (a, x) -> a.add(x), (a, b) -> a.join(b));
                agg.n + " " + agg.sum
                """)
            .gives(() -> "4 30"),
        row("cogroup, cartesian and keyBy of records")
            .after("record Kc(int k, String v) {}\nint ck = 2;")
            .cell(
                """
                var a = ints.map(x -> new Kc(x % ck, "a" + x)).keyBy(Kc::k);
                var b = ints.map(x -> new Kc(x % ck, "b" + x)).keyBy(Kc::k);
                a.cogroup(b).mapValues(t -> {
                  List<String> all = new ArrayList<>();
                  t._1().forEach(k -> all.add(k.v()));
                  t._2().forEach(k -> all.add(k.v()));
                  Collections.sort(all);
                  return all + "" + ck;
                }).values().collect().stream().sorted().toList()
                """)
            .gives(() -> List.of("[a1, a3, b1, b3]2", "[a2, a4, b2, b4]2")),
        row("mapPartitionsWithIndex and zipPartitions read variables")
            .after("int zipk = 10;")
            .cell(
                """
                ints.mapPartitionsWithIndex((i, it) -> {
                  List<Integer> out = new ArrayList<>();
                  it.forEachRemaining(x -> out.add(i * zipk + x));
                  return out.iterator();
                }, false).zipPartitions(ints, (p, q) -> {
                  List<Integer> out = new ArrayList<>();
                  while (p.hasNext()) { out.add(p.next() * zipk + q.next()); }
                  return out.iterator();
                }).collect()
                """)
            .gives(() -> List.of(11, 22, 133, 144)),
        row("an array of 32 MB")
            .after("byte[] huge = new byte[32 << 20];\nhuge[(32 << 20) - 1] = 5;")
            .cell(
                """
                var hugeSum = ints.map(x -> huge[huge.length - 1] + x).collect();
                huge = null;
                hugeSum
                """)
            .gives(() -> each(x -> x + 5)));
  }

  private static Object descent() {
    double weight = 0;
    for (int i = 0; i < 5; i++) {
      double step = 1.0 / (i + 1);
      double[] parts = new double[2];
      for (int x = 1; x <= 4; x++) {
        parts[(x - 1) / 2] += x * (weight * x - 2.0 * x) * step;
      }
      weight -= 0.03 * (parts[0] + parts[1]);
    }
    return weight + " 5";
  }
}
