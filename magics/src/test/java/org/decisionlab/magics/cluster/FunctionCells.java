// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.cluster;

import static org.decisionlab.magics.cluster.CellCase.row;
import static org.decisionlab.magics.cluster.VariableCells.each;

import java.util.ArrayList;
import java.util.List;

/** Methods of cells, function objects and lambdas that are values. */
final class FunctionCells {

  private FunctionCells() {}

  static List<CellCase> all() {
    List<CellCase> all = new ArrayList<>(methods());
    all.addAll(objects());
    all.addAll(values());
    return all;
  }

  private static List<CellCase> methods() {
    return List.of(
        row("a method that was replaced")
            .after("int step(int x) { return x + 1; }")
            .after("ints.map(x -> step(x)).collect()")
            .after("int step(int x) { return x + 1000; }")
            .cell("ints.map(x -> step(x)).collect()")
            .gives(() -> each(x -> x + 1000)),
        row("a method that calls one that was replaced")
            .after("int leaf(int x) { return x; }")
            .after("int tree(int x) { return leaf(x) + leaf(x); }")
            .after("ints.map(x -> tree(x)).collect()")
            .after("int leaf(int x) { return x * 50; }")
            .cell("ints.map(x -> tree(x)).collect()")
            .gives(() -> each(x -> x * 100)),
        row("a method replaced after an RDD was made with it")
            .after("int frozen(int x) { return -x; }")
            .after("var made = ints.map(x -> frozen(x));")
            .after("int frozen(int x) { return x * 20; }")
            .cell("ints.map(x -> frozen(x)).collect()")
            .gives(() -> each(x -> x * 20)),
        row("overloads")
            .after("String kind(int x) { return \"int\" + x; }")
            .after("String kind(long x) { return \"long\" + x; }")
            .after("String kind(String x) { return \"text\" + x; }")
            .cell(
                "ints.map(x -> kind(x.intValue()) + kind(x.longValue()) + kind(\"\" + x)).collect()")
            .gives(() -> each(x -> "int" + x + "long" + x + "text" + x)),
        row("a generic method and one with any number of arguments")
            .after(
                "<T extends Comparable<T>> T larger(T a, T b) { return a.compareTo(b) > 0 ? a : b; }")
            .after("int sum(int... all) { return Arrays.stream(all).sum(); }")
            .cell("ints.map(x -> larger(x, 3) + sum(x, 1, 2)).collect()")
            .gives(() -> each(x -> Math.max(x, 3) + x + 3)),
        row("a recursive method")
            .after("long factorial(int n) { return n <= 1 ? 1 : n * factorial(n - 1); }")
            .cell("ints.map(x -> factorial(x + 10)).collect()")
            .gives(() -> List.of(39916800L, 479001600L, 6227020800L, 87178291200L)),
        row("methods that call each other")
            .after(
                """
                boolean even(int n) { return n == 0 || odd(n - 1); }
                boolean odd(int n) { return n != 0 && even(n - 1); }
                """)
            .cell("ints.map(x -> even(x)).collect()")
            .gives(() -> each(x -> x % 2 == 0)),
        row("a method reference to a method of a cell class")
            .after("class P { static int twice(int x) { return 2 * x; } }")
            .cell("ints.map(P::twice).collect()")
            .gives(() -> each(x -> 2 * x)),
        row("references to constructors and to methods of libraries")
            .after("record Box(Integer content) implements Serializable {}")
            .cell("ints.map(Box::new).map(Box::content).map(String::valueOf).collect()")
            .gives(() -> each(String::valueOf)),
        row("a reference to a method of an object in a variable")
            .after(
                """
                class Gain implements Serializable {
                  final int gain;
                  Gain(int gain) { this.gain = gain; }
                  int of(int x) { return x * gain; }
                }
                Gain gain = new Gain(8);
                """)
            .cell("ints.map(gain::of).collect()")
            .gives(() -> each(x -> x * 8)));
  }

  private static List<CellCase> objects() {
    return List.of(
        row("an anonymous function object that reads a variable")
            .after("int added = 40;")
            .cell(
                """
                ints.map(new org.apache.spark.api.java.function.Function<Integer, Integer>() {
                  @Override
                  public Integer call(Integer x) {
                    return x + added;
                  }
                }).collect()
                """)
            .gives(() -> each(x -> x + 40)),
        row("a named function class that reads a variable")
            .after("int taken = 15;")
            .after(
                """
                class Take implements org.apache.spark.api.java.function.Function<Integer, Integer> {
                  public Integer call(Integer x) { return taken - x; }
                }
                """)
            .cell("ints.map(new Take()).collect()")
            .gives(() -> each(x -> 15 - x)),
        row("a generic function class with a field and a variable")
            .after("double scale = 0.5;")
            .after(
                """
                class Scaled<T extends Number>
                    implements org.apache.spark.api.java.function.Function<T, Double> {
                  private final double own;
                  Scaled(double own) { this.own = own; }
                  public Double call(T x) { return x.doubleValue() * scale + own; }
                }
                """)
            .cell("ints.map(new Scaled<Integer>(0.25)).collect()")
            .gives(() -> each(x -> x * 0.5 + 0.25)),
        row("a function object in a variable, used after the variable it reads has changed")
            .after("int moved = 1;")
            .after(
                """
                class Move implements org.apache.spark.api.java.function.Function<Integer, Integer> {
                  public Integer call(Integer x) { return x + moved; }
                }
                var move = new Move();
                """)
            .after("moved = 500;")
            .cell("ints.map(move).collect()")
            .gives(() -> each(x -> x + 500)),
        row("a function class that calls a method that reads a variable")
            .after("int hidden = 70;\nint withHidden(int x) { return x + hidden; }")
            .after(
                """
                class Caller implements org.apache.spark.api.java.function.Function<Integer, Integer> {
                  public Integer call(Integer x) { return withHidden(x); }
                }
                """)
            .cell("ints.map(new Caller()).collect()")
            .gives(() -> each(x -> x + 70)),
        row("a partitioner of a cell")
            .after("int parts = 3;")
            .after(
                """
                class Remainder extends org.apache.spark.Partitioner {
                  public int numPartitions() { return 3; }
                  public int getPartition(Object key) { return ((Integer) key) % parts; }
                }
                """)
            .cell(
                """
                ints.mapToPair(x -> new scala.Tuple2<>(x, x * x))
                    .partitionBy(new Remainder()).values().glom().collect()
                    .stream().map(part -> part.stream().sorted().toList()).toList()
                """)
            .gives(() -> List.of(List.of(9), List.of(1, 16), List.of(4))),
        row("a comparator class on executors")
            .after(
                """
                class Backwards implements Comparator<Integer>, Serializable {
                  public int compare(Integer a, Integer b) { return Integer.compare(b, a); }
                }
                """)
            .cell("List.of(ints.top(2, new Backwards()), ints.takeOrdered(2, new Backwards()))")
            .gives(() -> List.of(List.of(1, 2), List.of(4, 3))));
  }

  private static List<CellCase> values() {
    return List.of(
        row("a lambda in a variable")
            .after("int inLambda = 3;")
            .after(
                "org.apache.spark.api.java.function.Function<Integer, Integer> held = x -> x * inLambda;")
            .cell("ints.map(held).collect()")
            .gives(() -> each(x -> x * 3)),
        row("lambdas in a map in a variable")
            .after("interface Op extends Serializable { int of(int x); }")
            .after(
                """
                int square = 2;
                Map<String, Op> ops = new HashMap<>();
                ops.put("power", x -> (int) Math.pow(x, square));
                ops.put("minus", x -> -x);
                """)
            .cell("ints.map(x -> ops.get(x % 2 == 0 ? \"power\" : \"minus\").of(x)).collect()")
            .gives(() -> each(x -> x % 2 == 0 ? x * x : -x)),
        row("a lambda that gives a lambda")
            .after("interface Curried extends Serializable { Curried with(int x); }")
            .after("int plus = 5;")
            .cell(
                """
                int curried(int x) {
                  java.util.function.IntFunction<java.util.function.IntUnaryOperator> add =
                      a -> b -> a + b + plus;
                  return add.apply(x).applyAsInt(10);
                }
                ints.map(x -> curried(x)).collect()
                """)
            .gives(() -> each(x -> x + 15)),
        row("streams with collectors in a lambda")
            .after("int limit = 3;")
            .cell(
                """
                ints.map(x -> IntStream.rangeClosed(1, x).boxed()
                    .collect(Collectors.partitioningBy(y -> y < limit, Collectors.counting()))
                    .toString()).collect()
                """)
            .gives(
                () ->
                    List.of(
                        "{false=0, true=1}",
                        "{false=0, true=2}",
                        "{false=1, true=2}",
                        "{false=2, true=2}")),
        row("a switch expression and a text block in a lambda")
            .after("String pattern = \"<%s>\";")
            .cell(
                """
                ints.map(x -> pattern.formatted(switch (x) {
                  case 1 -> "one";
                  case 2, 3 -> "some";
                  default -> "many";
                })).collect()
                """)
            .gives(() -> List.of("<one>", "<some>", "<some>", "<many>")),
        row("a local class and a local record in a lambda")
            .after("int inLocal = 9;")
            .cell(
                """
                ints.map(x -> {
                  record Pair(int a, int b) {}
                  class Adder {
                    int of(Pair pair) { return pair.a() + pair.b() + inLocal; }
                  }
                  return new Adder().of(new Pair(x, x));
                }).collect()
                """)
            .gives(() -> each(x -> 2 * x + 9)),
        row("try, catch and finally in a lambda")
            .after("int bottom = 2;")
            .cell(
                """
                ints.map(x -> {
                  try {
                    return 12 / (x - bottom);
                  } catch (ArithmeticException e) {
                    return -1;
                  }
                }).collect()
                """)
            .gives(() -> List.of(-12, -1, 12, 6)));
  }
}
