// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.cluster;

import static org.decisionlab.magics.cluster.CellCase.row;
import static org.decisionlab.magics.cluster.VariableCells.each;

import java.util.ArrayList;
import java.util.List;

/** What Spark keeps of earlier runs, and what each executor makes for itself. */
final class KeptCells {

  private KeptCells() {}

  static List<CellCase> all() {
    List<CellCase> all = new ArrayList<>(shuffles());
    all.addAll(FunctionStateCells.all());
    all.addAll(constants());
    all.addAll(tasks());
    all.addAll(batches());
    return all;
  }

  private static List<CellCase> shuffles() {
    return List.of(
        row("a method declared anew that a function in a variable calls, after a shuffle")
            .after("int fold7(int x) { return x; }")
            .after("Function<Integer, Integer> held7 = x -> fold7(x);")
            .after(
                """
                var kept7 = ints.mapToPair(x -> new scala.Tuple2<>(x % 2, held7.apply(x)))
                    .reduceByKey(Integer::sum).values();
                kept7.collect();
                """)
            .after("int fold7(int x) { return 10 * x; }")
            .cell("kept7.collect().stream().sorted().toList()")
            .gives(() -> List.of(40, 60)),
        row("a method declared anew that a function in a list in a variable calls")
            .after("int deep7(int x) { return x; }")
            .after("List<Function<Integer, Integer>> deeper7 = List.of(x -> deep7(x));")
            .after(
                """
                var below7 = ints.mapToPair(x -> new scala.Tuple2<>(x % 2, deeper7.get(0).apply(x)))
                    .reduceByKey(Integer::sum).values();
                below7.collect();
                """)
            .after("int deep7(int x) { return 10 * x; }")
            .cell("below7.collect().stream().sorted().toList()")
            .gives(() -> List.of(40, 60)),
        row("a shuffle whose first run failed after some of its partitions were written")
            .after("int part7 = 1;")
            .after(
                """
                var mixed7 = sc.parallelize(List.of(1, 2, 3, 4, 5, 6, 7, 8), 8).mapToPair(x -> {
                  if (part7 == 1 && x == 8) {
                    throw new IllegalStateException("not yet");
                  }
                  return new scala.Tuple2<>(x % 2, x * part7);
                }).reduceByKey(Integer::sum).values();
                try {
                  mixed7.collect();
                } catch (Exception e) {
                  System.out.println(e.getMessage().contains("not yet"));
                }
                """)
            .after("part7 = 10;")
            .cell("mixed7.collect().stream().sorted().toList()")
            .gives(() -> List.of(160, 200)),
        row("a shuffle below a cached RDD whose first run failed, computed on with another value")
            .after("int rest7 = 1;")
            .after(
                """
                var failed7 = sc.parallelize(List.of(1, 2, 3, 4, 5, 6, 7, 8), 8).mapToPair(x -> {
                  if (rest7 == 1 && x == 8) {
                    throw new IllegalStateException("not yet");
                  }
                  return new scala.Tuple2<>(x % 2, x * rest7);
                }).reduceByKey(Integer::sum).values().cache();
                try {
                  failed7.collect();
                } catch (Exception e) {
                  System.out.println(e.getMessage().contains("not yet"));
                }
                """)
            .after("rest7 = 10;")
            .cell("failed7.collect().size()")
            .warns(() -> 2, "'rest7' changed after"),
        row("functions that are elements of an RDD, and a variable changed after a shuffle")
            .after("int element7 = 1;")
            .after(
                """
                interface Times7 extends Serializable { int of(int x); }
                """)
            .after(
                """
                List<Times7> all7 = List.of(x -> x * element7, x -> 2 * x * element7);
                var applied7 = sc.parallelize(all7, 2)
                    .mapToPair(f -> new scala.Tuple2<>(1, f.of(1)))
                    .reduceByKey(Integer::sum).values();
                applied7.collect();
                """)
            .after("element7 = 10;")
            .cell("applied7.collect()")
            .gives(() -> List.of(30)),
        row("a function made in a task keeps the values of that task, also where it is sent again")
            .after("int made7 = 1;")
            .after(
                """
                interface Made7 extends Serializable { int of(int x); }
                """)
            .after("Made7 back7 = ints.<Made7>map(x -> y -> y * made7).first();")
            .after("made7 = 10;")
            .cell("back7.of(1) + \" \" + ints.map(x -> back7.of(x)).collect()")
            .gives(() -> "1 " + List.of(1, 2, 3, 4)));
  }

  private static List<CellCase> constants() {
    return List.of(
        row("a static final map of a class, filled on the driver")
            .after(
                """
                class Reg7 {
                  static final Map<String, Integer> BY = new HashMap<>();
                  static int get(String key) { return BY.getOrDefault(key, -1); }
                }
                Reg7.BY.put("a", 5);
                """)
            .cell("ints.map(x -> x + Reg7.get(\"a\")).collect()")
            .gives(() -> each(x -> x + 5)),
        row("a static final list with an element that cannot be serialized is refused by name")
            .after(
                """
                class Held7 { static final List<Object> ALL = new ArrayList<>(); }
                Held7.ALL.add(new Object());
                """)
            .cell("ints.map(x -> x + Held7.ALL.size()).collect()")
            .fails("'Held7.ALL' cannot be carried to executors", "java.lang.Object"),
        row("a static final list that cannot change, of what each executor makes for itself")
            .after(
                """
                class Formats7 {
                  static final List<java.time.format.DateTimeFormatter> ALL =
                      List.of(java.time.format.DateTimeFormatter.ISO_DATE);
                }
                """)
            .cell("ints.map(x -> Formats7.ALL.get(0).format(LocalDate.of(2026, 1, x))).collect()")
            .gives(() -> each(x -> "2026-01-0" + x)),
        row("a static final record of a list that was filled on the driver is refused by name")
            .after(
                """
                record Known7(List<Object> all) {
                  static final Known7 ONE = new Known7(new ArrayList<>());
                }
                Known7.ONE.all().add(new Object());
                """)
            .cell("ints.map(x -> x + Known7.ONE.all().size()).collect()")
            .fails("'Known7.ONE' cannot be carried to executors", "java.lang.Object"),
        row("static final collections of the JDK that cannot change, of others that were filled")
            .after(
                """
                class Deep7 {
                  static final Map<String, List<Object>> BY = Map.of("a", new ArrayList<>());
                  static final Set<List<List<Object>>> ALL = Set.of(List.of(new ArrayList<>()));
                }
                Deep7.BY.get("a").add(new Object());
                Deep7.ALL.iterator().next().get(0).add(new Object());
                """)
            .cell("ints.map(x -> x + Deep7.BY.get(\"a\").size()).collect()")
            .fails("'Deep7.BY' cannot be carried to executors"),
        row("an object of a cell that never changes, with what each executor makes for itself")
            .after(
                """
                class Db7 {
                  final java.net.http.HttpClient http = java.net.http.HttpClient.newHttpClient();
                  final Db7 self = this;
                  final int by = 7;
                  static final Db7 ONE = new Db7();
                  int of(int x) { return http == null ? -1 : self.by * x; }
                }
                record Both7(Db7 db, List<Db7> all) {
                  static final Both7 TWO = new Both7(Db7.ONE, List.of(Db7.ONE));
                }
                """)
            .cell("ints.map(x -> Db7.ONE.of(x) + Both7.TWO.all().get(0).of(x)).collect()")
            .gives(() -> each(x -> 14 * x)),
        row("an object of a cell that was changed on the driver is refused by name")
            .after(
                """
                class Count7 {
                  final Object lock = new Object();
                  int n;
                  static final Count7 ONE = new Count7();
                }
                Count7.ONE.n = 5;
                """)
            .cell("ints.map(x -> x + Count7.ONE.n).collect()")
            .fails("'Count7.ONE' cannot be carried to executors"),
        row("a final list of the constants of an enum with an element that cannot be serialized")
            .after(
                """
                enum Box7 { ONE; final List<Object> in = new ArrayList<>(); }
                Box7.ONE.in.add(new Object());
                """)
            .cell("ints.map(x -> x + Box7.ONE.in.size()).collect()")
            .fails("'Box7.in' cannot be carried to executors"),
        row("a static final map that the class fills itself by a lambda")
            .after(
                """
                enum Code7 {
                  A, B;
                  static final Map<String, Code7> BY = new HashMap<>();
                  static { Stream.of(values()).forEach(each -> BY.put(each.name(), each)); }
                }
                """)
            .cell(
                """
                sc.parallelize(List.of(Code7.A, Code7.B), 2).map(c -> Code7.BY.get(c.name()) == c)
                    .collect() + " " + ints.map(x -> Code7.BY.size()).collect()
                """)
            .gives(() -> List.of(true, true) + " " + List.of(2, 2, 2, 2)));
  }

  private static List<CellCase> tasks() {
    return List.of(
        row("an accumulator that a task touches first on a thread of its own")
            .after("var counted7 = sc.sc().longAccumulator(\"counted7\");")
            .after("void count7(int x) { counted7.add(x); }")
            .cell(
                """
                ints.foreach(x -> {
                  Thread own = new Thread(() -> count7(x));
                  own.start();
                  own.join();
                });
                counted7.value()
                """)
            .gives(() -> 10),
        row("accumulators in a map, used on the threads of a pool")
            .after(
                """
                Map<String, org.apache.spark.util.LongAccumulator> many7 =
                    new HashMap<>(Map.of("a", sc.sc().longAccumulator("many7")));
                void add7(int x) { many7.get("a").add(x); }
                """)
            .cell(
                """
                ints.foreachPartition(all -> {
                  var pool = java.util.concurrent.Executors.newSingleThreadExecutor();
                  while (all.hasNext()) { int x = all.next(); pool.submit(() -> add7(x)).get(); }
                  pool.shutdown();
                });
                many7.get("a").value()
                """)
            .gives(() -> 10),
        row("an accumulator of functions that are elements of an RDD")
            .after("var ofData7 = sc.sc().longAccumulator(\"ofData7\");")
            .after("interface Does7 extends Serializable { void with(int x); }")
            .after("void data7(int x) { ofData7.add(x); }")
            .cell(
                """
                sc.parallelize(List.<Does7>of(x -> data7(x), x -> data7(2 * x)), 2)
                    .foreach(f -> f.with(5));
                ofData7.value()
                """)
            .gives(() -> 15));
  }

  private static List<CellCase> batches() {
    String stream =
        """
        spark.readStream().text(in7.toString()).writeStream()
            .option("checkpointLocation", Files.createTempDirectory("cp").toString())
            .trigger(org.apache.spark.sql.streaming.Trigger.AvailableNow())
            .foreachBatch(%s).start().awaitTermination();
        got7
        """;
    String source =
        """
        List<Integer> got7 = new ArrayList<>();
        Path in7 = Files.createTempDirectory("in");
        Files.writeString(in7.resolve("a.txt"), "x\\n");
        """;
    return List.of(
        row("batches of a stream by a function whose class was declared anew are refused by name")
            .after("record Hit7(int n) { int v() { return n; } }")
            .after(source)
            .after(
                """
                org.apache.spark.api.java.function.VoidFunction2<org.apache.spark.sql.Dataset<Row>,
                    Long> sink7 = (batch, id) ->
                        batch.collectAsList().forEach(r -> got7.add(new Hit7(1).v()));
                """)
            .after("record Hit7(int n) { int v() { return 10 * n; } }")
            .cell(stream.formatted("sink7"))
            .fails("'Hit7' was declared anew after the function of Cell", "on the driver"),
        row("batches by a method of the notebook, whose class was declared anew")
            .after("record Hit7(int n) { int v() { return n; } }")
            .after(source)
            .after("void put7(int n) { got7.add(new Hit7(n).v()); }")
            .after(
                """
                org.apache.spark.api.java.function.VoidFunction2<org.apache.spark.sql.Dataset<Row>,
                    Long> sinks7 = (batch, id) -> batch.collectAsList().forEach(r -> put7(1));
                """)
            .after("record Hit7(int n) { int v() { return 100 * n; } }")
            .cell(stream.formatted("sinks7"))
            .gives(() -> List.of(100)));
  }
}
