// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.cluster;

import static org.decisionlab.magics.cluster.CellCase.row;
import static org.decisionlab.magics.cluster.VariableCells.each;

import java.util.ArrayList;
import java.util.List;

/**
 * Objects of cells that Spark itself calls: records as functions and as keys, inherited methods.
 */
final class ObjectCells {

  private ObjectCells() {}

  static List<CellCase> all() {
    List<CellCase> all = new ArrayList<>(functions());
    all.addAll(data());
    all.addAll(inherited());
    all.addAll(broadcasts());
    return all;
  }

  private static List<CellCase> functions() {
    return List.of(
        row("a record that is itself the function and reads a variable")
            .after("int added2 = 10;")
            .after(
                """
                record Plus(int n) implements org.apache.spark.api.java.function.Function<Integer,
                    Integer> { public Integer call(Integer x) { return x + n + added2; } }
                var plus = ints.map(new Plus(3));
                plus.collect();
                """)
            .after("added2 = 20;")
            .cell("plus.collect()")
            .gives(() -> each(x -> x + 3 + 20)),
        row("records as functions of a typed dataset")
            .after("long min7 = 1;\nlong times7 = 10;")
            .after(
                """
                record Above(long off) implements FilterFunction<Long> {
                  public boolean call(Long x) { return x + off > min7; }
                }
                record Times7(Above filter) implements MapFunction<Long, Long> {
                  public Long call(Long x) { return filter.call(x) ? x * times7 : -x; }
                }
                """)
            .after("min7 = 2;")
            .cell(
                """
                spark.range(0, 5, 1, 2).as(Encoders.LONG()).filter(new Above(1))
                    .map(new Times7(new Above(0)), Encoders.LONG()).collectAsList()
                """)
            .gives(() -> List.of(-2L, 30L, 40L)),
        row("a record registered as a function of SQL, a variable changed before the query")
            .after("long min8 = 1;")
            .after(
                """
                record Udf8(long off) implements UDF1<Long, Long> {
                  public Long call(Long x) { return x * off + min8; }
                }
                spark.udf().register("udf8", new Udf8(10), DataTypes.LongType);
                """)
            .after("min8 = 5;")
            .cell("spark.sql(\"SELECT sum(udf8(id)) FROM range(0, 3, 1, 2)\").first().getLong(0)")
            .gives(() -> 45L),
        row("an enum behind an interface of a library, in a variable")
            .after("int inEnum = 4;")
            .after(
                """
                enum Op8 implements java.util.function.IntUnaryOperator {
                  ADD { public int applyAsInt(int x) { return x + inEnum; } },
                  MUL { public int applyAsInt(int x) { return x * inEnum; } }
                }
                List<java.util.function.IntUnaryOperator> ops8 = List.of(Op8.ADD, Op8.MUL);
                """)
            .after("inEnum = 6;")
            .cell("ints.map(x -> ops8.get(x % 2).applyAsInt(x)).collect()")
            .gives(() -> List.of(6, 8, 18, 10)));
  }

  private static List<CellCase> data() {
    return List.of(
        row("a key whose order reads a variable")
            .after("int order = -1;")
            .after(
                """
                record Ver(int n) implements Comparable<Ver> { public int compareTo(Ver o) {
                    return order * Integer.compare(n, o.n); } }
                """)
            .cell("ints.sortBy(x -> new Ver(x), true, 2).collect()")
            .gives(() -> List.of(4, 3, 2, 1)),
        row("a key whose equality reads a variable")
            .after("int modulus = 2;")
            .after(
                """
                record Mod(int n) {
                  public int hashCode() { return n % modulus; }
                  public boolean equals(Object o) {
                    return o instanceof Mod m && m.n % modulus == n % modulus;
                  }
                }
                """)
            .cell(
                """
                ints.mapToPair(x -> new scala.Tuple2<>(new Mod(x), x)).reduceByKey(Integer::sum)
                    .values().collect().stream().sorted().toList()
                """)
            .gives(() -> List.of(4, 6)),
        row("records whose text reads a variable, written as text by Spark")
            .after("String suffix = \"GB\";")
            .after(
                """
                record Sized(int n) { public String toString() { return n + suffix; } }
                Path lines = Files.createTempDirectory("lines").resolve("out");
                ints.map(Sized::new).saveAsTextFile(lines.toString());
                """)
            .cell("sc.textFile(lines.toString()).collect().stream().sorted().toList()")
            .gives(() -> each(x -> x + "GB")),
        row("records whose constructor reads a variable, as data")
            .after("int most = 100;")
            .after(
                """
                record Low(int n) { Low { if (n > most) {
                    throw new IllegalArgumentException("above " + most); } } }
                """)
            .cell(
                """
                sc.parallelize(List.of(new Low(7), new Low(8)), 2).map(l -> new Low(l.n() + 1))
                    .repartition(1).map(Low::n).collect().stream().sorted().toList()
                """)
            .gives(() -> List.of(8, 9)));
  }

  private static List<CellCase> inherited() {
    return List.of(
        row("a class that inherits what Spark calls from an interface of a cell")
            .after("int inDefault = 10;")
            .after(
                """
                interface Scaled extends org.apache.spark.api.java.function.Function<Integer,
                    Integer> { int by(); default Integer call(Integer x) {
                    return x * by() + inDefault; } }
                class ByTwo implements Scaled { public int by() { return 2; } }
                record By(int by) implements Scaled {}
                """)
            .cell("List.of(ints.map(new ByTwo()).collect(), ints.map(new By(3)).collect())")
            .gives(() -> List.of(each(x -> 2 * x + 10), each(x -> 3 * x + 10))),
        row("static and private methods of an interface")
            .after("int inStatic = 10;")
            .after(
                """
                interface Calc {
                  int BASE = 7;
                  static int twice(int x) { return 2 * x * inStatic; }
                  private int own(int x) { return x + inStatic; }
                  default int all(int x) { return own(x) + BASE; }
                }
                class CalcOf implements Calc {}
                """)
            .cell("ints.map(x -> Calc.twice(x) + new CalcOf().all(x)).collect()")
            .gives(() -> each(x -> 20 * x + x + 17)),
        row("an iterator and a partitioner of a cell read variables")
            .after("int steps = 10;\nint partitions = 3;")
            .after(
                """
                class Counted implements Iterator<Integer> {
                  private final Iterator<Integer> in;
                  private int i;
                  Counted(Iterator<Integer> in) { this.in = in; }
                  public boolean hasNext() { return in.hasNext(); }
                  public Integer next() { return in.next() * steps + i++; }
                }
                class Third extends org.apache.spark.Partitioner {
                  public int numPartitions() { return partitions; }
                  public int getPartition(Object k) { return (Integer) k % partitions; }
                }
                """)
            .cell(
                """
                List.of(ints.mapPartitions(it -> new Counted(it)).collect(),
                    ints.mapToPair(x -> new scala.Tuple2<>(x, x)).partitionBy(new Third()).glom()
                        .map(List::size).collect())
                """)
            .gives(() -> List.of(List.of(10, 21, 30, 41), List.of(1, 2, 1))));
  }

  private static List<CellCase> broadcasts() {
    return List.of(
        row("a variable bound to another broadcast between two actions")
            .after(
                """
                var bcast = sc.broadcast(new int[] {1});
                var byBcast = ints.map(x -> x * bcast.value()[0]);
                byBcast.collect();
                """)
            .after("bcast = sc.broadcast(new int[] {100});")
            .cell("byBcast.collect()")
            .gives(() -> each(x -> 100 * x)),
        row("a broadcast destroyed is refused by name")
            .after("var gone = sc.broadcast(new int[] {1});\ngone.destroy();")
            .cell("ints.map(x -> x * gone.value()[0]).collect()")
            .fails("'gone' cannot be carried", "after it was destroyed"));
  }
}
