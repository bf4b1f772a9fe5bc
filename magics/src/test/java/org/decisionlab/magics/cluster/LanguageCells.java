// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.cluster;

import static org.decisionlab.magics.cluster.CellCase.row;
import static org.decisionlab.magics.cluster.VariableCells.each;

import java.util.ArrayList;
import java.util.List;

/** Types, state and names in the corners of the language. */
final class LanguageCells {

  private LanguageCells() {}

  static List<CellCase> all() {
    List<CellCase> all = new ArrayList<>(types());
    all.addAll(state());
    all.addAll(names());
    return all;
  }

  private static List<CellCase> types() {
    return List.of(
        row("a static nested generic class with a bound")
            .after(
                """
                class Shelf<T> {
                  static class Node<K extends Comparable<K>, V> {
                    final K key;
                    final V value;
                    Node(K key, V value) { this.key = key; this.value = value; }
                    Node<K, V> max(Node<K, V> o) { return key.compareTo(o.key) >= 0 ? this : o; }
                  }
                }
                """)
            .cell(
                """
                ints.map(x -> new Shelf.Node<>(x % 3, "v" + x)).reduce((a, b) -> a.max(b)).value
                """)
            .gives(() -> "v2"),
        row("a default method that reads a variable, of an interface that a lambda implements")
            .after("int vat = 7;")
            .after(
                """
                interface Tax { int on(int x); default int twice(int x) { return on(x) * 2 + vat; }
                    }
                """)
            .after("Tax tax = x -> x + vat;")
            .after("vat = 9;")
            .cell("ints.map(x -> tax.twice(x)).collect()")
            .gives(() -> each(x -> (x + 9) * 2 + 9)),
        row("inherited fields and calls of super")
            .after("int lever = 3;")
            .after("class Root { int a = 5; protected int f(int x) { return x + a + lever; } }")
            .after(
                """
                class Branch extends Root { @Override protected int f(int x) {
                    return super.f(x) * lever + a; } }
                """)
            .after("Root tip = new Branch();\nlever = 4;")
            .cell("ints.map(x -> tip.f(x)).collect()")
            .gives(() -> each(x -> (x + 5 + 4) * 4 + 5)),
        row("a statement switch on an enum inside a method of a class")
            .after("enum Gear { LOW, MID, TOP }")
            .after(
                """
                class Box3 {
                  static int ratio(Gear gear) {
                    switch (gear) {
                      case LOW: return 10;
                      case MID: return 20;
                      default: return 30;
                    }
                  }
                }
                Map<Gear, Integer> counts3 = new EnumMap<>(Map.of(Gear.MID, 5));
                """)
            .cell(
                """
                ints.map(x -> Box3.ratio(Gear.values()[x % 3])
                    + counts3.getOrDefault(Gear.values()[x % 3], 0)).collect()
                """)
            .gives(() -> List.of(25, 30, 10, 25)),
        row("state of the constants of an enum that the driver has assigned")
            .after(
                """
                enum Meter {
                  IN, OUT;
                  int n;
                  final List<String> log = new ArrayList<>();
                  int next() { return ++n; }
                }
                """)
            .after("Meter.IN.n = 5;\nMeter.OUT.log.add(\"x\");")
            .cell("ints.map(x -> Meter.IN.n + Meter.OUT.log.size() + x).collect()")
            .gives(() -> each(x -> x + 6)),
        row("state of a constant of an enum that a task assigns")
            .after("enum Tick { ONE; int n = 5; int next() { return ++n; } }")
            .cell("List.of(ints.map(x -> Tick.ONE.next()).collect(), Tick.ONE.n)")
            .warns(() -> List.of(List.of(6, 7, 6, 7), 5), "'Tick.n' is assigned"),
        row("a constant of an interface that is a value, and a static method of it")
            .after(
                """
                interface Lookup { List<Integer> TABLE = List.of(5, 6, 7, 8, 9);
                    static int get(int i) { return TABLE.get(i); } }
                """)
            .cell("ints.map(x -> Lookup.get(x)).collect()")
            .gives(() -> each(x -> x + 5)),
        row("a registry filled by the class and then by the driver")
            .after(
                """
                class Registry { static final Map<Integer, String> NAMES = new TreeMap<>();
                    static { NAMES.put(1, "a"); } }
                Registry.NAMES.put(2, "b");
                """)
            .cell("ints.map(x -> Registry.NAMES.getOrDefault(x, \"-\")).collect()")
            .gives(() -> List.of("a", "b", "-", "-")),
        row("an inner class that gives out functions of its fields and a variable")
            .after("int maker = 2;")
            .after(
                """
                class Maker {
                  int field = 3;
                  class Part { org.apache.spark.api.java.function.Function<Integer,
                      Integer> make() { return x -> x * field + maker; } }
                }
                var part = new Maker().new Part();
                """)
            .after("maker = 50;")
            .cell("ints.map(part.make()).collect()")
            .gives(() -> each(x -> 3 * x + 50)),
        row("a function in a field of a cell object")
            .after("int pipe = 2;")
            .after(
                """
                class Pipe { final java.util.function.IntUnaryOperator op = x -> x * pipe;
                    int of(int x) { return op.applyAsInt(x); } }
                Pipe line = new Pipe();
                pipe = 6;
                """)
            .cell("ints.map(x -> line.of(x)).collect()")
            .gives(() -> each(x -> 6 * x)),
        row("a record that holds a function that reads a variable")
            .after(
                """
                int held2 = 1;
                record Named2(String name, java.util.function.IntUnaryOperator op) {}
                """)
            .after(
                """
                List<Named2> named2 = List.of(new Named2("a", x -> x + held2), new Named2("b", x ->
                    x * held2));
                """)
            .after("held2 = 7;")
            .cell(
                """
                ints.map(x -> named2.stream().map(n -> n.name() + n.op().applyAsInt(x)).toList())
                    .collect()
                """)
            .gives(() -> each(x -> List.of("a" + (x + 7), "b" + x * 7))),
        row("a lock of a class, which each executor has for itself")
            .after(
                """
                class Guarded { static final Object LOCK = new Object(); static int of(int x) {
                    synchronized (LOCK) { return x + 1; } } }
                """)
            .cell("ints.map(x -> Guarded.of(x)).collect()")
            .gives(() -> each(x -> x + 1)));
  }

  private static List<CellCase> state() {
    return List.of(
        row("an array of cell records and an array of arrays of them")
            .after("record Pt(int x, int y) {}")
            .after(
                """
                Pt[] pts = {new Pt(0, 1), new Pt(1, 2), new Pt(2, 3), new Pt(3, 4), new Pt(4, 5)};
                Pt[][] grid = {pts, {}, null};
                """)
            .cell(
                """
                ints.map(x -> pts[x].y() + grid[0][x].x() + grid[1].length + (grid[2] == null ? 100
                    : 0)).collect()
                """)
            .gives(() -> each(x -> 2 * x + 1 + 100)),
        row("a class in a variable, and a proxy of an interface of a cell")
            .after("record Kind9(int n) {}\nClass<?> kind9 = Kind9.class;\nint proxied = 4;")
            .after("interface Rated { int rate(int x); }")
            .after(
                """
                class ToRated implements java.lang.reflect.InvocationHandler, Serializable {
                  public Object invoke(Object self, java.lang.reflect.Method m, Object[] a) {
                    return (Integer) a[0] * proxied;
                  }
                }
                Rated rated = (Rated) java.lang.reflect.Proxy.newProxyInstance(
                    Rated.class.getClassLoader(), new Class<?>[] {Rated.class}, new ToRated());
                """)
            .after("proxied = 6;")
            .cell("ints.map(x -> kind9.getSimpleName() + rated.rate(x)).collect()")
            .gives(() -> each(x -> "Kind9" + 6 * x)),
        row("objects that refer to each other in a ring")
            .after("class Link { Link next; final int v; Link(int v) { this.v = v; } }")
            .after(
                """
                Link ring = new Link(0);
                ring.next = new Link(1);
                ring.next.next = new Link(2);
                ring.next.next.next = ring;
                """)
            .cell(
                """
                ints.map(x -> { Link l = ring; for (int i = 0; i < x; i++) { l = l.next; }
                    return l.v; }).collect()
                """)
            .gives(() -> each(x -> x % 3)),
        row("a list that holds itself")
            .after("List<Object> selfish = new ArrayList<>(List.of(\"a\"));\nselfish.add(selfish);")
            .cell("ints.map(x -> ((List<?>) selfish.get(1)).get(1) == selfish).collect()")
            .gives(() -> each(x -> true)),
        row("a variable of an anonymous type")
            .after("int mult = 2;")
            .after(
                """
                var anon = new Object() { int n = 3; int times(int x) { return n * x * mult; } };
                """)
            .after("anon.n = 5;\nmult = 10;")
            .cell("ints.map(x -> anon.times(x)).collect()")
            .gives(() -> each(x -> 50 * x)),
        row("an optional in a variable is refused by name")
            .after("Optional<Integer> perhaps = Optional.of(3);")
            .cell("ints.map(x -> perhaps.get() + x).collect()")
            .fails("'perhaps' cannot be carried", "java.util.Optional"),
        row("an object with a field that cannot be serialized is refused by name")
            .after(
                """
                class Ctx { Thread thread = new Thread(() -> {}); int v = 4; }
                Ctx ctx = new Ctx();
                """)
            .cell("ints.map(x -> ctx.v + x).collect()")
            .fails("'ctx' cannot be carried", "java.lang.Thread"),
        row("a transient field and readObject of a cell class")
            .after(
                """
                class Cachey implements Serializable {
                  transient int[] cache = {1};
                  int base = 4;
                  private void readObject(ObjectInputStream in) throws IOException,
                      ClassNotFoundException {
                    in.defaultReadObject();
                    cache = new int[] {base * 10};
                  }
                }
                Cachey cachey = new Cachey();
                """)
            .cell("ints.map(x -> cachey.cache[0] + x).collect()")
            .gives(() -> each(x -> 40 + x)),
        row("a local of a block that cannot be serialized names its class")
            .cell("{ Object lock = new Object(); ints.map(x -> x + lock.hashCode()).collect(); }")
            .fails("java.lang.Object"),
        row("a static non-final field of a nested class")
            .after(
                """
                class Deep { static class Deeper { static class Deepest { static long n = 1; } } }
                """)
            .after("Deep.Deeper.Deepest.n = 1L << 35;")
            .cell("ints.map(x -> Deep.Deeper.Deepest.n + x).collect()")
            .gives(() -> each(x -> (1L << 35) + x)));
  }

  private static List<CellCase> names() {
    return List.of(
        row("a variable under a local and a parameter of its name")
            .after("int shade = 500;")
            .cell(
                """
                ints.map(shade -> { int k = shade; return k; }).map(x -> { int shade = x * 2;
                    return shade; }).collect()
                """)
            .gives(() -> each(x -> 2 * x)),
        row("a method and a variable of one name")
            .after("int twin = 4;\nint twin(int x) { return x * twin; }")
            .cell("ints.map(x -> twin(x) + twin).collect()")
            .gives(() -> each(x -> 4 * x + 4)),
        row("a field hides a variable, this and a variable in one expression")
            .after("int depth = 100;")
            .after(
                """
                class Hides { int depth = 1; int both(int x) { return depth + x; } }
                int outerDepth() { return depth; }
                """)
            .cell("ints.map(x -> new Hides().both(x) + outerDepth()).collect()")
            .gives(() -> each(x -> x + 101)),
        row("two cells declare the same local class name")
            .after("int alpha(int x) { class L { int v() { return x + 1; } } return new L().v(); }")
            .after("int beta(int x) { class L { int v() { return x * 10; } } return new L().v(); }")
            .cell("ints.map(x -> alpha(x) + beta(x)).collect()")
            .gives(() -> each(x -> x + 1 + x * 10)),
        row("names in other scripts and with dollar signs")
            .after("int größe = 3;\nint $dollar$ = 4;\nint 数 = 5;")
            .cell("ints.map(x -> x * größe + $dollar$ + 数).collect()")
            .gives(() -> each(x -> x * 3 + 9)));
  }
}
