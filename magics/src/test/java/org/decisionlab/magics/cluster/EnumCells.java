// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.cluster;

import static org.decisionlab.magics.cluster.CellCase.row;
import static org.decisionlab.magics.cluster.VariableCells.each;

import java.util.ArrayList;
import java.util.List;

/** Functions that can hold nothing: constants of enums, and lambdas with default methods. */
final class EnumCells {

  private EnumCells() {}

  static List<CellCase> all() {
    List<CellCase> all = new ArrayList<>(given());
    all.addAll(inside());
    all.addAll(defaults());
    return all;
  }

  /** Spark itself is given the constant. */
  private static List<CellCase> given() {
    return List.of(
        row("an enum that is itself the function, and a variable changed before the action")
            .after("int added3 = 20;")
            .after(
                """
                enum Adds implements org.apache.spark.api.java.function.Function<Integer,
                    Integer> { ONE; public Integer call(Integer x) { return x + added3; } }
                var ones3 = ints.map(Adds.ONE);
                """)
            .after("added3 = 30;")
            .cell("ones3.collect()")
            .gives(() -> each(x -> x + 30)),
        row("what the JDK is given is the constant itself")
            .after("int turn3 = 1;")
            .after(
                """
                enum Key3 implements Comparator<Integer> {
                  BY; public int compare(Integer a, Integer b) { return turn3 * a.compareTo(b); }
                }
                """)
            .cell("new TreeMap<Integer, Integer>(Key3.BY).comparator() == Key3.BY")
            .gives(() -> true),
        row("constants with bodies, given to a typed dataset")
            .after("int limit3 = 2;\nint far3() { return limit3 * 10; }")
            .after(
                """
                enum Op3 implements MapFunction<Integer, Integer> {
                  ADD { public Integer call(Integer x) { return x + limit3; } },
                  FAR { public Integer call(Integer x) { return x * far3(); } };
                }
                var typed3 = spark.createDataset(List.of(1, 2, 3), Encoders.INT());
                """)
            .after("limit3 = 3;")
            .cell(
                """
                typed3.map(Op3.ADD, Encoders.INT()).map(Op3.FAR, Encoders.INT()).collectAsList()
                """)
            .gives(() -> List.of(120, 150, 180)),
        row("a method of a constant of an enum as the function")
            .after("int plus3 = 1;")
            .after("enum Ref3 { UP; int of(int x) { return x + plus3; } }")
            .after("var refs3 = ints.map(Ref3.UP::of);\nplus3 = 7;")
            .cell("refs3.collect()")
            .gives(() -> each(x -> x + 7)),
        row("an enum that filters, by name out of a variable")
            .after("int above3 = 3;")
            .after(
                """
                enum Keep3 implements FilterFunction<Integer> {
                  LARGE { public boolean call(Integer x) { return x > above3; } },
                  ALL { public boolean call(Integer x) { return true; } };
                }
                String chosen3 = "LARGE";
                """)
            .after("above3 = 1;")
            .cell(
                """
                spark.createDataset(List.of(1, 2, 3), Encoders.INT())
                    .filter(Keep3.valueOf(chosen3)).collectAsList()
                """)
            .gives(() -> List.of(2, 3)),
        row("an enum as a function of SQL, a variable changed before the query")
            .after("int times3 = 2;")
            .after(
                """
                enum Sql3 implements UDF1<Long, Long> {
                  SCALE; public Long call(Long x) { return x * times3; }
                }
                spark.udf().register("scale3", Sql3.SCALE, DataTypes.LongType);
                """)
            .after("times3 = 5;")
            .cell("spark.sql(\"SELECT sum(scale3(id)) FROM range(0, 4, 1, 2)\").first().getLong(0)")
            .gives(() -> 30L),
        row("an enum as the order of a take")
            .after("int sign3 = 1;")
            .after(
                """
                enum Order3 implements Comparator<Integer> {
                  BY; public int compare(Integer a, Integer b) { return sign3 * a.compareTo(b); }
                }
                """)
            .after("sign3 = -1;")
            .cell("ints.takeOrdered(2, Order3.BY)")
            .gives(() -> List.of(4, 3)),
        row("an enum given by a method that was written before it")
            .after(
                """
                <T> List<T> through3(org.apache.spark.api.java.function.Function<Integer, T> f) {
                  return ints.map(f).collect();
                }
                """)
            .after("String word3 = \"a\";")
            .after(
                """
                enum Late3 implements org.apache.spark.api.java.function.Function<Integer,
                    String> { WORD; public String call(Integer x) { return word3 + x; } }
                """)
            .after("word3 = \"b\";")
            .cell("through3(Late3.WORD)")
            .gives(() -> each(x -> "b" + x)),
        row("an enum that reads nothing stays what it is")
            .after(
                """
                enum Plain3 implements java.util.function.IntUnaryOperator {
                  NEXT; public int applyAsInt(int x) { return x + 1; }
                }
                """)
            .cell("ints.map(x -> Plain3.NEXT.andThen(Plain3.NEXT).applyAsInt(x)).collect()")
            .gives(() -> each(x -> x + 2)));
  }

  /** The constant is inside of a function. */
  private static List<CellCase> inside() {
    return List.of(
        row("an enum as the comparator in a field of an aggregator")
            .after("int dir4 = 1;")
            .after(
                """
                enum By4 implements Comparator<Long> {
                  SIGN { public int compare(Long a, Long b) { return dir4 * Long.compare(a, b); } }
                }
                class Most4 extends org.apache.spark.sql.expressions.Aggregator<Long, Long, Long> {
                  final Comparator<Long> by;
                  Most4(Comparator<Long> by) { this.by = by; }
                  public Long zero() { return 5L; }
                  public Long reduce(Long a, Long b) { return by.compare(a, b) >= 0 ? a : b; }
                  public Long merge(Long a, Long b) { return reduce(a, b); }
                  public Long finish(Long a) { return a; }
                  public Encoder<Long> bufferEncoder() { return Encoders.LONG(); }
                  public Encoder<Long> outputEncoder() { return Encoders.LONG(); }
                }
                """)
            .after("dir4 = -1;")
            .cell(
                """
                spark.range(2, 9, 1, 2).as(Encoders.LONG()).select(new Most4(By4.SIGN).toColumn()).first()
                """)
            .gives(() -> 2L),
        row("an enum in a field of a function object whose class is older")
            .after(
                """
                class With4 implements MapFunction<Integer, Integer> {
                  final java.util.function.IntUnaryOperator op;
                  With4(java.util.function.IntUnaryOperator op) { this.op = op; }
                  public Integer call(Integer x) { return op.applyAsInt(x); }
                }
                """)
            .after("int unit4 = 1;")
            .after(
                """
                enum Unit4 implements java.util.function.IntUnaryOperator {
                  TIMES; public int applyAsInt(int x) { return x * unit4; }
                }
                """)
            .after("unit4 = 6;")
            .cell(
                """
                spark.createDataset(List.of(1, 2), Encoders.INT())
                    .map(new With4(Unit4.TIMES), Encoders.INT()).collectAsList()
                """)
            .gives(() -> List.of(6, 12)),
        row("an enum in a local variable that a lambda captures")
            .after("int step4 = 1;")
            .after(
                """
                List<Integer> applied4(java.util.function.IntUnaryOperator op) {
                  return ints.map(x -> op.applyAsInt(x)).collect();
                }
                """)
            .after(
                """
                enum Step4 implements java.util.function.IntUnaryOperator {
                  UP; public int applyAsInt(int x) { return x + step4; }
                }
                """)
            .after("step4 = 4;")
            .cell("applied4(Step4.UP)")
            .gives(() -> each(x -> x + 4)),
        row("enums as elements of a dataset, called by a lambda through an interface")
            .after("int far4 = 1;")
            .after(
                """
                enum Go4 implements java.util.function.IntUnaryOperator {
                  HERE { public int applyAsInt(int x) { return x; } },
                  THERE { public int applyAsInt(int x) { return x + far4; } };
                }
                var gone4 = sc.parallelize(List.<java.util.function.IntUnaryOperator>of(Go4.HERE,
                    Go4.THERE), 2);
                """)
            .after("far4 = 8;")
            .cell("gone4.map(g -> g.applyAsInt(1)).collect()")
            .gives(() -> List.of(1, 9)),
        row("an enum that a library calls inside of a lambda")
            .after("int turn4 = 1;")
            .after(
                """
                enum Turn4 implements Comparator<Integer> {
                  BY; public int compare(Integer a, Integer b) { return turn4 * a.compareTo(b); }
                }
                """)
            .after("turn4 = -1;")
            .cell(
                """
                ints.map(x -> Stream.of(x, x + 1, x + 2).sorted(Turn4.BY).toList()).collect()
                """)
            .gives(() -> each(x -> List.of(x + 2, x + 1, x))),
        row("an order that is made of an enum, in a variable")
            .after("int back4 = 1;")
            .after(
                """
                enum Back4 implements Comparator<Integer> {
                  BY; public int compare(Integer a, Integer b) { return back4 * a.compareTo(b); }
                }
                var map4 = new TreeMap<Integer, String>(Back4.BY);
                map4.put(1, "a");
                map4.put(2, "b");
                """)
            .cell("ints.map(x -> map4.firstEntry().getValue() + x).collect()")
            .gives(() -> each(x -> "a" + x)));
  }

  /** Spark calls a default method of an interface of a cell. */
  private static List<CellCase> defaults() {
    return List.of(
        row("a lambda of an interface whose default method is what Spark calls")
            .after("int added5 = 10;")
            .after(
                """
                interface Mapper5 extends org.apache.spark.api.java.function.Function<Integer,
                    Integer> { int of(int x); default Integer call(Integer x) {
                    return of(x) + added5; } }
                """)
            .after("Mapper5 mapper5 = x -> x * 2;\nvar mapped5 = ints.map(mapper5);\nadded5 = 11;")
            .cell("mapped5.collect()")
            .gives(() -> each(x -> 2 * x + 11)),
        row("an enum that has the default method of an interface of a cell")
            .after("int based5 = 1;")
            .after(
                """
                interface Based5 extends MapFunction<Integer, Integer> {
                  int of(int x);
                  default Integer call(Integer x) { return of(x) + based5; }
                }
                enum Twice5 implements Based5 { IT; public int of(int x) { return 2 * x; } }
                """)
            .after("based5 = 3;")
            .cell(
                """
                spark.createDataset(List.of(1, 2), Encoders.INT()).map(Twice5.IT, Encoders.INT())
                    .collectAsList()
                """)
            .gives(() -> List.of(5, 7)),
        row("an enum that is given and assigns a variable")
            .after("int seen5 = 0;")
            .after(
                """
                enum Count5 implements org.apache.spark.api.java.function.Function<Integer,
                    Integer> { IT; public Integer call(Integer x) { seen5++; return x + seen5 * 0; } }
                """)
            .cell("ints.map(Count5.IT).collect() + \" \" + seen5")
            .gives(() -> "[1, 2, 3, 4] 0"));
  }
}
