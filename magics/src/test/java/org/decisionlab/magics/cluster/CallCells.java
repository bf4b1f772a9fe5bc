// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.cluster;

import static org.decisionlab.magics.cluster.CellCase.row;
import static org.decisionlab.magics.cluster.VariableCells.each;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Functions, references, threads and assignments in the corners of the language. */
final class CallCells {

  private CallCells() {}

  static List<CellCase> all() {
    List<CellCase> all = new ArrayList<>(functions());
    all.addAll(references());
    all.addAll(threads());
    all.addAll(assignments());
    return all;
  }

  private static List<CellCase> functions() {
    return List.of(
        row("functions in a list in a variable, one added later")
            .after(
                """
                int chained = 5;
                List<java.util.function.IntUnaryOperator> chain = new ArrayList<>();
                chain.add(x -> x + chained);
                """)
            .after("chain.add(x -> x * 2);\nchained = 6;")
            .cell(
                """
                ints.map(x -> { int y = x; for (var op : chain) { y = op.applyAsInt(y); } return y;
                    }).collect()
                """)
            .gives(() -> each(x -> (x + 6) * 2)),
        row("a function that calls itself through its variable")
            .after("java.util.function.IntUnaryOperator fib;")
            .after("fib = n -> n < 2 ? n : fib.applyAsInt(n - 1) + fib.applyAsInt(n - 2);")
            .cell("ints.map(x -> fib.applyAsInt(x + 10)).collect()")
            .gives(() -> List.of(89, 144, 233, 377)),
        row("a function variable assigned between definition and action")
            .after(
                """
                java.util.function.IntUnaryOperator turned = x -> x + 1;
                var viaName = ints.map(x -> turned.applyAsInt(x));
                """)
            .after("turned = x -> x * 100;")
            .cell("viaName.collect()")
            .gives(() -> each(x -> x * 100)),
        row("a function object handed over stays that object when its variable is assigned")
            .after(
                """
                org.apache.spark.api.java.function.Function<Integer, Integer> given = x -> x + 1;
                var byObject = ints.map(given);
                """)
            .after("given = x -> x * 100;")
            .cell("byObject.collect()")
            .gives(() -> each(x -> x + 1)),
        row("an anonymous Function2 reads a variable")
            .after("int glue = 100;")
            .cell(
                """
                ints.reduce(new org.apache.spark.api.java.function.Function2<Integer, Integer,
                    Integer>() {
                  public Integer call(Integer a, Integer b) { return Math.max(a, b) + 0 * glue; }
                })
                """)
            .gives(() -> 4),
        row("a function of Scala as a class of a cell")
            .after("long viaScala = 3;")
            .after(
                """
                class Triple extends scala.runtime.AbstractFunction1<Long,
                    Long> implements Serializable {
                  public Long apply(Long x) { return x * viaScala; }
                }
                """)
            .cell(
                """
                spark.range(0, 3, 1, 2).as(Encoders.LONG())
                    .map(new Triple(), Encoders.LONG()).collectAsList().stream().sorted().toList()
                """)
            .gives(() -> List.of(0L, 3L, 6L)),
        row("elements of an RDD that are functions that read a variable")
            .after(
                """
                int elem = 2;
                interface Fn extends Serializable { int of(int x); }
                Fn f1 = x -> x + elem;
                Fn f2 = x -> x * elem;
                """)
            .after("elem = 30;")
            .cell("sc.parallelize(List.of(f1, f2), 2).map(f -> f.of(5)).collect()")
            .gives(() -> List.of(35, 150)),
        row("an intersection type and a comparator made of references")
            .after("record Run(int n, String s) {}")
            .after(
                """
                Comparator<Run> byName = Comparator.comparing(Run::s).thenComparing(Run::n,
                    Comparator.reverseOrder());
                """)
            .cell("ints.map(x -> new Run(x, \"s\" + x % 2)).max(byName).n()")
            .gives(() -> 1),
        row("sortByKey with a comparator class that reads a variable")
            .after("int towards = -1;")
            .after(
                """
                class Towards implements Comparator<Integer>, Serializable {
                    public int compare(Integer a, Integer b) { return towards * Integer.compare(a,
                    b); } }
                """)
            .cell(
                """
                ints.mapToPair(x -> new scala.Tuple2<>(x, "v" + x)).sortByKey(new Towards()).keys()
                    .collect()
                """)
            .gives(() -> List.of(4, 3, 2, 1)),
        row("the same record in a lambda")
            .after("int added4 = 10;")
            .after(
                """
                record Plus4(int n) implements org.apache.spark.api.java.function.Function<Integer,
                    Integer> { public Integer call(Integer x) { return x + n + added4; } }
                Plus4 plus4 = new Plus4(3);
                """)
            .cell("ints.map(x -> plus4.call(x)).collect()")
            .gives(() -> each(x -> x + 13)),
        row("a method that gives functions with captured generics")
            .after(
                """
                int capt = 3;
                <T, R> org.apache.spark.api.java.function.Function<T,
                    R> wrap(java.util.function.Function<T, R> f) { return x -> { int y = capt;
                    return f.apply(x); }; }
                """)
            .cell("ints.map(wrap((Integer x) -> x * capt)).collect()")
            .gives(() -> each(x -> 3 * x)),
        row("lambdas four deep")
            .after("int four = 4;")
            .cell(
                """
                ints.map(a -> Stream.of(1).map(b -> Stream.of(2).map(c -> Stream.of(3).map(d -> a
                    + b + c + d + four).findFirst().get()).findFirst().get()).findFirst().get())
                    .collect()
                """)
            .gives(() -> each(x -> x + 10)),
        row("resources that close on executors and read a variable")
            .after("List<String> none = List.of();\nint closing = 8;")
            .after(
                """
                class Res implements AutoCloseable { final StringBuilder log;
                    Res(StringBuilder log) { this.log = log; } public void close() {
                    log.append(closing); } }
                """)
            .cell(
                """
                ints.map(x -> { var log = new StringBuilder(); try (Res r = new Res(log)) {
                    log.append(x); } return log.toString(); }).collect()
                """)
            .gives(() -> each(x -> x + "8")));
  }

  private static List<CellCase> references() {
    return List.of(
        row("a reference bound to a cell object that reads a variable")
            .after("int bound = 2;")
            .after(
                """
                class Sc { int own = 1; int of(int x) { return x * bound + own; } }
                Sc bnd = new Sc();
                var rdd2 = ints.map(bnd::of);
                """)
            .after("bound = 9;\nbnd.own = 5;")
            .cell("rdd2.collect()")
            .gives(() -> each(x -> 9 * x + 5)),
        row("a reference bound to an object, whose variable is assigned before the action")
            .after(
                """
                class Sk { final int k; Sk(int k) { this.k = k; } int of(int x) { return x * k; } }
                Sk sk = new Sk(2);
                var rdd3 = ints.map(sk::of);
                """)
            .after("sk = new Sk(1000);")
            .cell("rdd3.collect()")
            .gives(() -> each(x -> 2 * x)),
        row("references to array constructors and to a constructor that reads a variable")
            .after(
                """
                int inCtor = 7;
                class Made { final int v; Made(int x) { v = x + inCtor; } int v() { return v; } }
                """)
            .cell(
                """
                List.of(ints.map(int[]::new).map(a -> a.length).collect(), ints.map(Made::new)
                    .map(Made::v).collect())
                """)
            .gives(() -> List.of(each(x -> x), each(x -> x + 7))),
        row("a reference to a method of the notebook that is replaced before the action")
            .after("int refd(int x) { return x + 1; }")
            .after(
                """
                class Refs { static int go(int x) { return refd(x); } }
                var rdd4 = ints.map(Refs::go);
                """)
            .after("int refd(int x) { return x * 1000; }")
            .cell("rdd4.collect()")
            .gives(() -> each(x -> x * 1000)),
        row("references to methods of super, of a supertype and of a generic type")
            .after(
                """
                class Sup { int f(int x) { return x + 1; } }
                class Sub extends Sup { int f(int x) { return -1; }
                    java.util.function.IntUnaryOperator up() { return super::f; } }
                Sub sub = new Sub();
                """)
            .cell("ints.map(x -> sub.up().applyAsInt(x)).collect()")
            .gives(() -> each(x -> x + 1)));
  }

  private static List<CellCase> threads() {
    return List.of(
        row("a thread that a task starts reads a variable")
            .after("int inThread = 30;")
            .cell(
                """
                ints.map(x -> {
                  int[] box = new int[1];
                  Thread t = new Thread(() -> box[0] = x + inThread);
                  t.start();
                  t.join();
                  return box[0];
                }).collect()
                """)
            .gives(() -> each(x -> x + 30)),
        row("a task of a pool calls a method that reads a variable")
            .after("int pooled = 40;\nint viaPool(int x) { return x * pooled; }")
            .cell(
                """
                ints.map(x -> java.util.concurrent.CompletableFuture.supplyAsync(() -> viaPool(x))
                    .get()).collect()
                """)
            .gives(() -> each(x -> 40 * x)),
        row("a parallel stream in a task reads a variable")
            .after("int par = 3;")
            .cell(
                """
                ints.map(x -> IntStream.range(0, 1000).parallel().map(i -> i * par + x).sum())
                    .collect()
                """)
            .gives(() -> each(x -> IntStream.range(0, 1000).map(i -> i * 3 + x).sum())),
        row("printing on executors does no harm")
            .after("String said = \"x\";")
            .cell("ints.foreach(x -> System.err.print(said.repeat(0)));\nints.count()")
            .gives(() -> 4),
        row("an exception of a cell with a field that cannot be serialized")
            .after(
                """
                class Stuck extends RuntimeException { final Thread t = Thread.currentThread();
                    Stuck(String m) { super(m); } }
                """)
            .cell(
                """
                ints.map(x -> { if (x == 3) { throw new Stuck("stuck at " + x); } return x; })
                    .collect()
                """)
            .fails("stuck at 3"),
        row("an exception of a cell as the cause of another")
            .after(
                """
                record Why(int code) {}
                class Sad extends Exception { final Why why; Sad(Why why, Throwable t) {
                    super("sad " + why, t); this.why = why; } }
                """)
            .cell(
                """
                ints.map(x -> {
                  try {
                    return 1 / (x - 2);
                  } catch (ArithmeticException e) {
                    throw new Sad(new Why(x), e);
                  }
                }).collect()
                """)
            .fails("Sad", "sad Why[code=2]", "/ by zero"),
        row("spark in a lambda inside of a lambda")
            .cell("ints.map(x -> Stream.of(x).map(y -> spark.range(y).count()).toList()).collect()")
            .fails("'spark' lives on the driver only"),
        row("a dataset in a lambda")
            .after("var rows9 = spark.range(3);")
            .cell("ints.map(x -> rows9.count() + x).collect()")
            .fails("'rows9' lives on the driver only", "collect what you need"));
  }

  private static List<CellCase> assignments() {
    return List.of(
        row("a method that a lambda calls assigns a variable")
            .after("int bumped = 0;\nvoid bump() { bumped++; }")
            .cell("ints.foreach(x -> bump());\nbumped")
            .warns(() -> 0, "'bumped' is assigned"),
        row("a lambda in a lambda assigns a variable")
            .after("long inNest = 0;")
            .cell("ints.foreach(x -> Stream.of(1, 2).forEach(y -> { inNest += y; }));\ninNest")
            .warns(() -> 0, "'inNest' is assigned"),
        row("a variable used as scratch inside of a task")
            .after("int scratch = -1;")
            .cell(
                """
                List.of(ints.map(x -> { scratch = x * 2; return scratch + 1; }).collect(), scratch)
                """)
            .warns(() -> List.of(each(x -> 2 * x + 1), -1), "'scratch' is assigned"),
        row("a static field counts within a partition")
            .after("class Cnt { static int n = 0; static int up() { return ++n; } }")
            .cell("List.of(ints.map(x -> Cnt.up()).collect(), Cnt.n)")
            .warns(() -> List.of(List.of(1, 2, 1, 2), 0), "Cnt.n"));
  }
}
