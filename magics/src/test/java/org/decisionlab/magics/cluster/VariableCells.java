// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.cluster;

import static org.decisionlab.magics.cluster.CellCase.row;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Lambdas that read variables of cells. */
final class VariableCells {

  private VariableCells() {}

  static List<CellCase> all() {
    List<CellCase> all = new ArrayList<>(values());
    all.addAll(times());
    all.addAll(kinds());
    all.addAll(arrays());
    return all;
  }

  /** What plain Java gives for the numbers 1 to 4, which {@code ints} holds. */
  static List<Object> each(IntFunction<Object> function) {
    return IntStream.rangeClosed(1, 4).mapToObj(function).toList();
  }

  private static List<CellCase> values() {
    return List.of(
        row("no cell code at all")
            .cell("spark.range(10_000_000).selectExpr(\"sum(id)\").first().getLong(0)")
            .gives(() -> 10_000_000L * 9_999_999L / 2),
        row("a lambda reads no variable")
            .cell("ints.map(x -> x + 1).collect()")
            .gives(() -> each(x -> x + 1)),
        row("a lambda reads a variable")
            .after("int k = 10;")
            .cell("ints.map(x -> x + k).collect()")
            .gives(() -> each(x -> x + 10)),
        row("a lambda reads a variable of its own cell")
            .cell("int own = 7;\nints.map(x -> x * own).collect()")
            .gives(() -> each(x -> x * 7)),
        row("a lambda calls a method that reads a variable")
            .after("int offset = 100;")
            .after("int shifted(int x) { return x + offset; }")
            .cell("ints.map(x -> shifted(x)).collect()")
            .gives(() -> each(x -> x + 100)),
        row("a variable is reached through methods of methods")
            .after("int deep = 3;")
            .after("int inner(int x) { return x * deep; }")
            .after("int middle(int x) { return inner(x) + 1; }")
            .after("int outer(int x) { return middle(x) * 2; }")
            .cell("ints.map(x -> outer(x)).collect()")
            .gives(() -> each(x -> (x * 3 + 1) * 2)),
        row("a lambda in a lambda reads a variable")
            .after("int factor = 5;")
            .cell(
                "ints.map(x -> Stream.of(1, 2).map(y -> y * factor + x)"
                    + ".reduce(0, Integer::sum)).collect()")
            .gives(() -> each(x -> 15 + 2 * x)),
        row("a serializable lambda in a lambda reads a variable")
            .after("int within = 6;")
            .after("interface IntTask extends Serializable { int of(int x); }")
            .cell(
                "ints.map(x -> { IntTask task = y -> y * within + x; return task.of(10); })"
                    + ".collect()")
            .gives(() -> each(x -> 60 + x)),
        row("a captured argument and a variable")
            .after("int base = 1;")
            .after(
                """
                org.apache.spark.api.java.function.Function<Integer, Integer> adder(int n) {
                  return x -> x + n + base;
                }
                """)
            .cell("sc.parallelize(List.of(1, 2), 2).map(adder(100)).collect()")
            .gives(() -> List.of(102, 103)),
        row("a variable and a local of the cell's block")
            .after("int global = 2;")
            .cell(
                """
                List<Integer> product() {
                  int local = 30;
                  return ints.map(x -> x * global + local).collect();
                }
                product()
                """)
            .gives(() -> each(x -> x * 2 + 30)));
  }

  private static List<CellCase> times() {
    return List.of(
        row("a variable reassigned in a later cell")
            .after("int again = 1;")
            .after("ints.map(x -> x * again).collect()")
            .after("again = 5;")
            .cell("ints.map(x -> x * again).collect()")
            .gives(() -> each(x -> x * 5)),
        row("a variable reassigned before a lazy action")
            .after("int late = 1;\nvar lazy = ints.map(x -> x * late);")
            .after("late = 7;")
            .cell("lazy.collect()")
            .gives(() -> each(x -> x * 7)),
        row("two actions of one RDD with a variable changed between")
            .after("int turn = 1;\nvar turns = ints.map(x -> x + turn);")
            .cell(
                """
                var first = turns.collect();
                turn = 100;
                List.of(first, turns.collect())
                """)
            .gives(() -> List.of(each(x -> x + 1), each(x -> x + 100))),
        row("a list that a later cell changes in place")
            .after("List<Integer> growing = new ArrayList<>(List.of(1));")
            .after("ints.map(x -> x * growing.size()).collect()")
            .after("growing.add(2);\ngrowing.add(3);")
            .cell("ints.map(x -> x * growing.size()).collect()")
            .gives(() -> each(x -> x * 3)),
        row("a variable declared again with another type")
            .after("int retyped = 1;")
            .after("ints.map(x -> x + retyped).collect()")
            .after("double retyped = 0.5;")
            .cell("ints.map(x -> x + retyped).collect()")
            .gives(() -> each(x -> x + 0.5)),
        row("a variable declared again under a method that reads it")
            .after("int kept = 4;")
            .after("int times(int x) { return x * kept; }")
            .after("ints.map(x -> times(x)).collect()")
            .after("int kept = 9;")
            .cell("ints.map(x -> times(x)).collect()")
            .gives(() -> each(x -> x * 9)),
        row("a variable assigned in a lambda stays as it was, with a warning")
            .after("int counter = 0;")
            .after("ints.foreach(x -> { counter += x; });")
            .cell("counter")
            .gives(() -> 0),
        row("the warning of an assignment in a lambda names the variable")
            .after("int summed = 0;")
            .cell("ints.foreach(x -> { summed += x; });\nsummed")
            .warns(() -> 0, "summed"));
  }

  private static List<CellCase> kinds() {
    return List.of(
        row("a list")
            .after("List<String> names = List.of(\"zero\", \"one\", \"two\", \"three\", \"four\");")
            .cell("ints.map(x -> names.get(x)).collect()")
            .gives(() -> List.of("one", "two", "three", "four")),
        row("a map")
            .after("Map<Integer, String> codes = new HashMap<>(Map.of(1, \"a\", 3, \"c\"));")
            .cell("ints.map(x -> codes.getOrDefault(x, \"?\")).collect()")
            .gives(() -> List.of("a", "?", "c", "?")),
        row("a variable declared with var")
            .after("var inferred = new int[] {0, 10, 20, 30, 40};")
            .cell("ints.map(x -> inferred[x]).collect()")
            .gives(() -> each(x -> x * 10)),
        row("a text, a decimal and a date")
            .after(
                """
                String unit = "GB";
                BigDecimal price = new BigDecimal("0.10");
                LocalDate day = LocalDate.of(2026, 2, 27);
                """)
            .cell(
                """
                ints.map(x -> price.multiply(BigDecimal.valueOf(x)) + unit + day.plusDays(x)).collect()
                """)
            .gives(
                () ->
                    List.of(
                        "0.10GB2026-02-28",
                        "0.20GB2026-03-01",
                        "0.30GB2026-03-02",
                        "0.40GB2026-03-03")),
        row("null and an empty optional of a serializable kind")
            .after("String nothing = null;")
            .cell("ints.map(x -> nothing == null ? x : -x).collect()")
            .gives(() -> each(x -> x)),
        row("long, float, short, byte and char variables")
            .after("long l = 1L << 40;\nfloat f = 0.5f;\nshort s = 3;\nbyte b = 4;\nchar c = 'A';")
            .cell("ints.map(x -> l + (long) (f * 10) + s + b + c + x).collect()")
            .gives(() -> each(x -> (1L << 40) + 5 + 3 + 4 + 'A' + x)),
        row("a boolean variable")
            .after("boolean doubled = true;")
            .cell("ints.map(x -> doubled ? 2 * x : x).collect()")
            .gives(() -> each(x -> 2 * x)),
        row("a comparator held in a variable")
            .after(
                "Comparator<Integer> fromSeven ="
                    + " (Comparator<Integer> & Serializable) (a, b) -> (a * 7 % 5) - (b * 7 % 5);")
            .cell("ints.max(fromSeven)")
            .gives(() -> Stream.of(1, 2, 3, 4).max((a, b) -> (a * 7 % 5) - (b * 7 % 5)).get()),
        row("a boxed number and arithmetic on it")
            .after("Integer boxed = 12;\nDouble ratio = 0.25;")
            .cell("ints.map(x -> boxed * ratio * x).collect()")
            .gives(() -> each(x -> 12 * 0.25 * x)),
        row("a big decimal summed by reduce")
            .after("BigDecimal cent = new BigDecimal(\"0.01\");")
            .cell("ints.map(x -> cent.multiply(BigDecimal.valueOf(x))).reduce((a, b) -> a.add(b))")
            .gives(() -> new BigDecimal("0.10")));
  }

  private static List<CellCase> arrays() {
    return List.of(
        row("an int array")
            .after("int[] squares = {0, 1, 4, 9, 16};")
            .cell("ints.map(x -> squares[x]).collect()")
            .gives(() -> each(x -> x * x)),
        row("long, double, boolean and char arrays")
            .after(
                """
                long[] ls = {0, 1L << 33, 2, 3, 4};
                double[] ds = {0, 0.5, 0.25, 0.125, 0.0625};
                boolean[] bs = {false, true, false, true, false};
                char[] cs = {'z', 'a', 'b', 'c', 'd'};
                """)
            .cell("ints.map(x -> ls[x] + \" \" + ds[x] + \" \" + bs[x] + \" \" + cs[x]).collect()")
            .gives(
                () ->
                    List.of(
                        "8589934592 0.5 true a",
                        "2 0.25 false b",
                        "3 0.125 true c",
                        "4 0.0625 false d")),
        row("an array of arrays")
            .after("int[][] matrix = {{}, {1}, {1, 2}, {1, 2, 3}, {1, 2, 3, 4}};")
            .cell("ints.map(x -> Arrays.stream(matrix[x]).sum()).collect()")
            .gives(() -> each(x -> x * (x + 1) / 2)),
        row("an array of 10 MB")
            .after("int[] big = IntStream.range(0, 2_621_440).map(i -> i * 3).toArray();")
            .cell("ints.map(x -> big[x * 600_000]).collect()")
            .gives(() -> each(x -> x * 1_800_000)));
  }
}
