// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.cluster;

import static org.decisionlab.magics.cluster.CellCase.row;
import static org.decisionlab.magics.cluster.VariableCells.each;

import java.util.ArrayList;
import java.util.List;

/** Classes that are declared anew after functions were written with them. */
final class RedeclaredCells {

  private RedeclaredCells() {}

  static List<CellCase> all() {
    List<CellCase> all = new ArrayList<>(followed());
    all.addAll(refused());
    return all;
  }

  private static List<CellCase> followed() {
    return List.of(
        row("a class declared anew, used by an RDD of before")
            .after("class Score7 { static double w = 2; double of(double x) { return w * x; } }")
            .after("var scored7 = ints.map(x -> new Score7().of(x));\nscored7.collect();")
            .after(
                "class Score7 { static double w = 5; double of(double x) { return w * x + 1; } }")
            .cell("scored7.collect()")
            .gives(() -> each(x -> 5.0 * x + 1)),
        row("a static field of the new class, changed by a later cell")
            .after("class Gain7 { static int g = 1; static int of(int x) { return g * x; } }")
            .after("var gained7 = ints.map(Gain7::of);\ngained7.collect();")
            .after("class Gain7 { static int g = 3; static int of(int x) { return -g * x; } }")
            .after("gained7.collect();\nGain7.g = 10;")
            .cell("gained7.collect()")
            .gives(() -> each(x -> -10 * x)),
        row("a record of the same shape with another method, through a shuffle kept by Spark")
            .after("record Key7(int k) { int group() { return k % 2; } }")
            .after(
                """
                var keyed7 = ints.map(x -> new Key7(x)).filter(k -> k.k() > 0)
                    .mapToPair(k -> new scala.Tuple2<>(new Key7(k.group()), k.k()))
                    .reduceByKey(Integer::sum).map(t -> t._1().k() + ":" + t._2());
                keyed7.collect();
                """)
            .after("record Key7(int k) { int group() { return k % 3; } }")
            .cell("keyed7.collect().stream().sorted().toList()")
            .gives(() -> List.of("0:3", "1:5", "2:2")),
        row("a record with one component more")
            .after("record Wide7(int a) { Wide7 twice() { return new Wide7(2 * a); } }")
            .after("var wide7 = ints.map(x -> new Wide7(x).twice().a());\nwide7.collect();")
            .after(
                """
                record Wide7(int a, int b) {
                  Wide7(int a) { this(a, 100); }
                  Wide7 twice() { return new Wide7(2 * a + b, b); }
                }
                """)
            .cell("wide7.collect()")
            .gives(() -> each(x -> 2 * x + 100)),
        row("an enum with other constants, in a switch and in its order")
            .after("enum Tier7 { DISK, TAPE; int cost() { return ordinal(); } }")
            .after(
                """
                var tiers7 = ints.map(x -> x > 2 ? Tier7.TAPE : Tier7.DISK)
                    .map(t -> t.name() + t.cost() + switch (t) { case DISK -> "d"; case TAPE -> "t"; });
                tiers7.collect();
                """)
            .after("enum Tier7 { TAPE, DISK; int cost() { return 10 + ordinal(); } }")
            .cell("tiers7.collect()")
            .gives(() -> List.of("DISK11d", "DISK11d", "TAPE10t", "TAPE10t")),
        row("a nested class and an anonymous function inside of the function")
            .after("class Out7 { static class In { int of(int x) { return x; } } }")
            .after(
                """
                int shift7 = 1;
                var nested7 = ints.map(x -> {
                  var own = new java.util.function.IntUnaryOperator() {
                    public int applyAsInt(int y) { return new Out7.In().of(y) + shift7; }
                  };
                  return own.applyAsInt(x) + List.of(x).stream().mapToInt(new Out7.In()::of).sum();
                });
                nested7.collect();
                """)
            .after(
                "class Out7 { static class In { int of(int x) { return 10 * x; } } }\nshift7 = 5;")
            .cell("nested7.collect()")
            .gives(() -> each(x -> 20 * x + 5)),
        row("a class that is reached through a method of the notebook only")
            .after("class Unit7 { static int size() { return 1; } }")
            .after("int sized7(int x) { return x * Unit7.size(); }")
            .after(
                """
                var sizes7 = ints.mapToPair(x -> new scala.Tuple2<>(x % 2, sized7(x)))
                    .reduceByKey(Integer::sum).values();
                sizes7.collect();
                """)
            .after("class Unit7 { static int size() { return 1024; } }")
            .cell("sizes7.collect().stream().sorted().toList()")
            .gives(() -> List.of(4096, 6144)),
        row("a function of SQL that uses a class declared anew")
            .after("class Rate7 { static long of(long x) { return x; } }")
            .after(
                """
                spark.udf().register("rated7", (UDF1<Long, Long>) x -> Rate7.of(x),
                    DataTypes.LongType);
                var q7 = spark.sql("SELECT sum(rated7(id)) AS r FROM range(0, 5, 1, 2)");
                q7.collectAsList();
                """)
            .after("class Rate7 { static long of(long x) { return 10 * x; } }")
            .cell("q7.first().getLong(0)")
            .gives(() -> 100),
        row("keys of a class compiled again with another one, by functions of before and of now")
            .after("record Cut7(int least) {}")
            .after("record Near7(int k) { boolean in(Cut7 c) { return k >= c.least(); } }")
            .after("var near7 = ints.map(x -> new Near7(x % 2));\nnear7.collect();")
            .after("record Cut7(int least, int most) { Cut7(int l) { this(l, 9); } }")
            .cell("near7.union(ints.map(x -> new Near7(x % 2))).distinct().count()")
            .gives(() -> 2L),
        row("a class declared again as it was leaves objects of before usable")
            .after("record Same8(int a) { int twice() { return 2 * a; } }")
            .after(
                """
                var sames8 = sc.parallelize(List.of(new Same8(1), new Same8(2)), 2)
                    .map(s -> s.twice());
                sames8.collect();
                """)
            .after("record Same8(int a) { int twice() { return 2 * a; } }")
            .cell("sames8.collect()")
            .gives(() -> List.of(2, 4)));
  }

  private static List<CellCase> refused() {
    return List.of(
        row("an object of a class declared anew that a function holds")
            .after("class Held8 { int of(int x) { return x; } }")
            .after(
                """
                JavaRDD<Integer> held8(Held8 h) { return ints.map(x -> h.of(x)); }
                Object[] rdd8 = {held8(new Held8())};
                """)
            .after("class Held8 { int of(int x) { return -x; } }")
            .cell("((JavaRDD<Integer>) rdd8[0]).collect()")
            .fails("'Held8' was declared anew", "it holds an object of 'Held8'", "again"),
        row("a function object whose class is declared anew")
            .after(
                """
                class Add8 implements org.apache.spark.api.java.function.Function<Integer, Integer> {
                  public Integer call(Integer x) { return x + 1; }
                }
                """)
            .after("var added8 = ints.map(new Add8());\nadded8.collect();")
            .after(
                """
                class Add8 implements org.apache.spark.api.java.function.Function<Integer, Integer> {
                  public Integer call(Integer x) { return x + 100; }
                }
                """)
            .cell("added8.collect()")
            .fails("'Add8' was declared anew", "it is an object", "again"),
        row("a member that the class declared anew does not have")
            .after("record Gone8(int a, int b) {}")
            .after("var gone8 = ints.map(x -> new Gone8(x, x).b());\ngone8.collect();")
            .after("record Gone8(int a) {}")
            .cell("gone8.collect()")
            .fails("'Gone8' was declared anew", "no such constructor any more", "again"),
        row("data made of objects of a class before it was declared anew")
            .after("record Data8(int a) { int twice() { return 2 * a; } }")
            .after(
                """
                var data8 = sc.parallelize(List.of(new Data8(1), new Data8(2)), 2)
                    .map(d -> d.twice());
                data8.collect();
                """)
            .after("record Data8(int a) { int twice() { return 3 * a; } }")
            .cell("data8.collect()")
            .fails("made before 'Data8' was declared anew", "run the cell that makes"),
        row("a variable that holds objects of a class before it was declared anew")
            .after("record Rule8(int least) { boolean holds(int x) { return x >= least; } }")
            .after("List<Rule8> rules8 = new ArrayList<>(List.of(new Rule8(2)));")
            .after("var ruled8 = ints.map(x -> rules8.get(0).holds(x));\nruled8.collect();")
            .after("record Rule8(int least) { boolean holds(int x) { return x > least; } }")
            .cell("ruled8.collect()")
            .fails("'rules8' holds an object of 'Rule8' from before", "again"));
  }
}
