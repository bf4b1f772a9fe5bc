// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.cluster;

import static org.decisionlab.magics.cluster.CellCase.row;
import static org.decisionlab.magics.cluster.VariableCells.each;

import java.util.ArrayList;
import java.util.List;

/** What cannot be carried to executors, what is only near it, and errors on executors. */
final class RefusalCells {

  private RefusalCells() {}

  static List<CellCase> all() {
    List<CellCase> all = new ArrayList<>(refused());
    all.addAll(onlyReachable());
    all.addAll(errors());
    return all;
  }

  private static List<CellCase> refused() {
    return List.of(
        row("a variable that cannot be serialized is named")
            .after("Object heavy = new Object();")
            .cell("ints.map(x -> heavy.hashCode() + x).collect()")
            .fails("heavy", "java.lang.Object"),
        row("an object of a cell class that is not declared serializable")
            .after("class Plain { int value = 5; }\nPlain plain = new Plain();")
            .cell("ints.map(x -> plain.value + x).collect()")
            .gives(() -> each(x -> x + 5)),
        row("a variable read through a method that cannot be serialized is named")
            .after("Thread worker = new Thread(() -> {});")
            .after("String nameOf(int x) { return worker.getName() + x; }")
            .cell("ints.map(x -> nameOf(x)).collect()")
            .fails("worker"),
        row("a list with one element that cannot be serialized")
            .after("List<Object> mixed = List.of(1, new Object());")
            .cell("ints.map(x -> mixed.size() + x).collect()")
            .fails("mixed"),
        row("a lambda of a library type that is not serializable, in a variable")
            .after("java.util.function.IntUnaryOperator operator = x -> x + 1;")
            .cell("ints.map(x -> operator.applyAsInt(x)).collect()")
            .gives(() -> each(x -> x + 1)),
        row("spark in a lambda")
            .cell("ints.map(x -> spark.range(x).count()).collect()")
            .fails("spark"),
        row("sc in a lambda")
            .cell("ints.map(x -> sc.parallelize(List.of(x)).count()).collect()")
            .fails("sc"),
        row("spark in a method that a lambda calls")
            .after("long rows(int x) { return spark.range(x).count(); }")
            .cell("ints.map(x -> rows(x)).collect()")
            .fails("spark"));
  }

  private static List<CellCase> onlyReachable() {
    return List.of(
        row("a variable that is reachable and not read")
            .after("Object never = new Object();")
            .after("int guarded(int x) { return x < 100 ? x * 2 : never.hashCode(); }")
            .cell("ints.map(x -> guarded(x)).collect()")
            .gives(() -> each(x -> x * 2)),
        row("a variable in the branch of a lambda that is not taken")
            .after("Object aside = new Object();")
            .cell("ints.map(x -> x < 100 ? x * 3 : aside.hashCode()).collect()")
            .gives(() -> each(x -> x * 3)),
        row("a class whose other method uses spark")
            .after(
                """
                class Tools {
                  static int near(int x) { return x + 1; }
                  static long far() { return spark.range(5).count(); }
                }
                """)
            .cell("ints.map(x -> Tools.near(x)).collect()")
            .gives(() -> each(x -> x + 1)));
  }

  private static List<CellCase> errors() {
    return List.of(
        row("an exception in a lambda shows the line of the cell")
            .cell("ints.map(x -> {\n  int zero = x - 3;\n  return 10 / zero;\n}).collect()")
            .fails("ArithmeticException", "/ by zero", "line 3"),
        row("an exception in a method of another cell shows the line of that cell")
            .after(
                """
                int risky(int x) {
                  if (x == 2) {
                    throw new IllegalStateException("two");
                  }
                  return x;
                }
                """)
            .cell("ints.map(x -> risky(x)).collect()")
            .fails("IllegalStateException", "two", "line 3"),
        row("an exception class of a cell ends a job")
            .after("class Bad extends RuntimeException { Bad(String message) { super(message); } }")
            .cell(
                "ints.map(x -> { if (x == 4) { throw new Bad(\"bad four\"); } return x;"
                    + " }).collect()")
            .fails("Bad", "bad four"),
        row("null in a lambda")
            .after("String absent = null;")
            .cell("ints.map(x -> absent.length() + x).collect()")
            .fails("NullPointerException", "absent"));
  }

  /** Executors with too little memory would end themselves; here that would be the kernel. */
  static List<CellCase> inOneProcess() {
    return List.of(
        row("a task without enough memory fails its job, and nothing else")
            .cell("ints.map(x -> new long[Integer.MAX_VALUE - 8].length).collect()")
            .fails("OutOfMemoryError"),
        row("the kernel after a task without enough memory")
            .cell("ints.map(x -> x + 1).collect()")
            .gives(() -> each(x -> x + 1)),
        row("a value of 64 MB")
            .after("byte[] huge2 = new byte[64 << 20];\nhuge2[(64 << 20) - 1] = 5;")
            .cell("ints.map(x -> huge2[huge2.length - 1] + x).collect()")
            .gives(() -> each(x -> x + 5)),
        row("a value of 128 MB is refused by name")
            .after("huge2 = null;\nint[] huge3 = new int[32 << 20];")
            .cell("ints.map(x -> huge3[huge3.length - 1] + x).collect()")
            .fails("'huge3' cannot be carried", "sc.broadcast(huge3)"),
        row("the same value in a broadcast")
            .after("huge3[huge3.length - 1] = 5;\nvar shared3 = sc.broadcast(huge3);")
            .cell("ints.map(x -> shared3.value()[shared3.value().length - 1] + x).collect()")
            .gives(() -> each(x -> x + 5)));
  }

  /**
   * Right in local mode, refused by name by executors: Spark calls these objects by itself, and
   * they can carry nothing.
   */
  static List<CellCase> onExecutors() {
    return List.of(
        row("an enum whose text, which only a library asks for, reads a variable")
            .after("String shown3 = \"now\";")
            .after("enum Loud3 { A; public String toString() { return shown3; } }")
            .cell("sc.parallelize(List.<Object>of(Loud3.A)).map(String::valueOf).collect()")
            .fails("'shown3' was not carried", "give it a lambda"));
  }
}
