// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.cluster;

import static org.decisionlab.magics.cluster.CellCase.row;
import static org.decisionlab.magics.cluster.VariableCells.each;

import java.util.ArrayList;
import java.util.List;

/** Classes, records and enums of cells. */
final class TypeCells {

  private TypeCells() {}

  static List<CellCase> all() {
    List<CellCase> all = new ArrayList<>(records());
    all.addAll(classes());
    all.addAll(redefinitions());
    return all;
  }

  private static List<CellCase> records() {
    return List.of(
        row("a record as element")
            .after("record Point(int x, double y) implements Serializable {}")
            .cell("ints.map(x -> new Point(x, x / 2.0)).collect()")
            .gives(() -> each(x -> "Point[x=" + x + ", y=" + x / 2.0 + "]")),
        row("a record in a variable and as key")
            .after("record Key(String site, int tier) implements Serializable {}")
            .after("Key main = new Key(\"T1\", 1);")
            .cell(
                """
                ints.mapToPair(x -> new scala.Tuple2<>(x > 1 ? main : new Key("T2", x), x))
                    .reduceByKey((a, b) -> a + b).values().collect().stream().sorted().toList()
                """)
            .gives(() -> List.of(1, 9)),
        row("a method and a compact constructor of a record that read variables")
            .after("int least = 2;\nint weight = 3;")
            .after(
                """
                record Grade(int value) implements Serializable {
                  public Grade { value = Math.max(value, least); }
                  int weighted() { return value * weight; }
                }
                """)
            .cell("ints.map(x -> new Grade(x).weighted()).collect()")
            .gives(() -> each(x -> Math.max(x, 2) * 3)),
        row("an enum as element, with bodies and fields")
            .after(
                """
                enum Size {
                  SMALL(10) { int grow() { return limit + 1; } },
                  LARGE(1000) { int grow() { return limit * 2; } };
                  final int limit;
                  Size(int limit) { this.limit = limit; }
                  abstract int grow();
                }
                """)
            .cell(
                "ints.map(x -> x > 2 ? Size.LARGE : Size.SMALL).map(s -> s + \" \" + s.grow()).collect()")
            .gives(() -> List.of("SMALL 11", "SMALL 11", "LARGE 2000", "LARGE 2000")),
        row("a switch on an enum, in a lambda, and an enum in a variable")
            .after("enum Mode { PLUS, MINUS }")
            .after("Mode mode = Mode.MINUS;")
            .cell("ints.map(x -> switch (mode) { case PLUS -> x; case MINUS -> -x; }).collect()")
            .gives(() -> each(x -> -x)),
        row("sealed types and patterns")
            .after(
                """
                sealed interface Shape extends Serializable permits Square, Circle {}
                record Square(int side) implements Shape {}
                record Circle(int radius) implements Shape {}
                double area(Shape shape) {
                  if (shape instanceof Square square) {
                    return square.side() * square.side();
                  }
                  return shape instanceof Circle circle ? Math.PI * circle.radius() : 0;
                }
                """)
            .cell("ints.map(x -> area(x % 2 == 0 ? new Square(x) : new Circle(x))).collect()")
            .gives(() -> each(x -> x % 2 == 0 ? (double) x * x : Math.PI * x)),
        row("records hash, compare and print on executors")
            .after("record Name(String text) implements Serializable {}")
            .cell("ints.map(x -> new Name(\"n\" + x % 2)).distinct().count()")
            .gives(() -> 2));
  }

  private static List<CellCase> classes() {
    return List.of(
        row("a serializable class as element")
            .after(
                """
                class Track implements Serializable {
                  private final int hits;
                  Track(int hits) { this.hits = hits; }
                  int hits() { return hits; }
                }
                """)
            .cell("ints.map(x -> new Track(x * 3)).collect().stream().map(Track::hits).toList()")
            .gives(() -> each(x -> x * 3)),
        row("a class with a superclass and an interface with a default method")
            .after("int bonus = 20;")
            .after(
                """
                interface Scored { int raw(); default int score() { return raw() + bonus; } }
                abstract class Base implements Scored, Serializable { public int raw() { return seed() * 2; } abstract int seed(); }
                class Leaf extends Base { final int n; Leaf(int n) { this.n = n; } int seed() { return n; } }
                """)
            .cell("ints.map(x -> new Leaf(x).score()).collect()")
            .gives(() -> each(x -> x * 2 + 20)),
        row("classes that use each other")
            .after(
                """
                class Ping { static int of(int n) { return n <= 0 ? 0 : 1 + Pong.of(n - 1); } }
                class Pong { static int of(int n) { return n <= 0 ? 0 : 10 + Ping.of(n - 1); } }
                """)
            .cell("ints.map(x -> Ping.of(x)).collect()")
            .gives(() -> List.of(1, 11, 12, 22)),
        row("static state of a class has the value it has when the action starts")
            .after("class Config { static int level = 3; static String name = \"a\"; }")
            .after("Config.level = 8;\nConfig.name = \"b\";")
            .cell("ints.map(x -> Config.name + x * Config.level).collect()")
            .gives(() -> each(x -> "b" + x * 8)),
        row("a nested class, an inner class and a constant")
            .after(
                """
                class Outer {
                  static final int CONSTANT = 11;
                  static class Nested { static int of(int x) { return x + CONSTANT; } }
                  class Inner { int of(int x) { return Nested.of(x) * 2; } }
                  int of(int x) { return new Inner().of(x); }
                }
                """)
            .cell("ints.map(x -> new Outer().of(x)).collect()")
            .gives(() -> each(x -> (x + 11) * 2)),
        row("a generic class")
            .after("record Both<A, B>(A first, B second) implements Serializable {}")
            .cell(
                "ints.map(x -> new Both<>(x, \"v\" + x)).map(b -> b.second() + b.first()).collect()")
            .gives(() -> each(x -> "v" + x + x)),
        row("an exception class of a cell, thrown and caught on executors")
            .after(
                """
                class Odd extends RuntimeException {
                  final int number;
                  Odd(int number) { super("odd: " + number); this.number = number; }
                }
                int halved(int x) { if (x % 2 == 1) { throw new Odd(x); } return x / 2; }
                """)
            .cell(
                """
                ints.map(x -> {
                  try {
                    return halved(x);
                  } catch (Odd e) {
                    return -e.number;
                  }
                }).collect()
                """)
            .gives(() -> List.of(-1, 1, -3, 2)),
        row("an object of a cell class in a list of an interface type")
            .after("interface Rule extends Serializable { boolean holds(int x); }")
            .after("int edge = 2;")
            .after(
                """
                class Above implements Rule { public boolean holds(int x) { return x > edge; } }
                class Even implements Rule { public boolean holds(int x) { return x % 2 == 0; } }
                List<Rule> rules = List.of(new Above(), new Even());
                """)
            .cell("ints.map(x -> rules.stream().filter(r -> r.holds(x)).count()).collect()")
            .gives(() -> List.of(0L, 1L, 1L, 2L)));
  }

  private static List<CellCase> redefinitions() {
    return List.of(
        row("a record declared again with another shape")
            .after("record Hit(int a) implements Serializable {}")
            .after("ints.map(x -> new Hit(x).a()).collect()")
            .after("record Hit(int a, int b) implements Serializable {}")
            .cell("ints.map(x -> new Hit(x, 2 * x)).map(h -> h.a() + h.b()).collect()")
            .gives(() -> each(x -> 3 * x)),
        row("a class declared again with another body")
            .after("class Rate { static int of(int x) { return x; } }")
            .after("ints.map(x -> Rate.of(x)).collect()")
            .after("class Rate { static int of(int x) { return x * 60; } }")
            .cell("ints.map(x -> Rate.of(x)).collect()")
            .gives(() -> each(x -> x * 60)),
        row("a method that uses a class that was declared again")
            .after("class Unit { static int size() { return 1; } }")
            .after("int sized(int x) { return x * Unit.size(); }")
            .after("ints.map(x -> sized(x)).collect()")
            .after("class Unit { static int size() { return 1024; } }")
            .cell("ints.map(x -> sized(x)).collect()")
            .gives(() -> each(x -> x * 1024)),
        row("variables keep their values when a method they do not need is replaced")
            .after("int stable = 33;\nint reader(int x) { return x + stable; }")
            .after("int reader(int x) { return x - stable; }")
            .cell("ints.map(x -> reader(x)).collect()")
            .gives(() -> each(x -> x - 33)));
  }
}
