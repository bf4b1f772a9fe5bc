// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.decisionlab.kernel.testing.KernelClient.Run;
import org.decisionlab.kernel.testing.RunningKernel;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Cells with declarations that are right: none is refused by the reading of the whole. */
class RightCellsTest extends RunningKernel {

  static Stream<Arguments> narrowed() {
    return Stream.of(
        Arguments.of(
            "Object y = 1;", "List<Integer> y = new ArrayList<>();\ny.add(3);\ny.get(0)", "3"),
        Arguments.of("CharSequence y = \"a\";", "String y = \"b\";\ny.toUpperCase()", "B"),
        Arguments.of("int y = 1;", "long y = 1L << 40;\nfor (; y > 1; y >>= 1) {}\ny", "1"),
        Arguments.of("String y = \"\";", "int y = 2;\ny++;\ny + 1", "4"),
        Arguments.of("Object y = 1;", "var y = \"abc\";\ny.length()", "3"));
  }

  @ParameterizedTest
  @MethodSource("narrowed")
  void aVariableDeclaredAgainHasItsNewTypeInTheSameCell(String before, String cell, String value) {
    client.execute(before);
    Run run = client.execute(cell);
    assertThat(run.status()).as(run.reply().toString()).isEqualTo("ok");
    assertThat(run.result()).isEqualTo(value);
    String kept = client.execute(before + "\nMap.of(\"kept\", y)").result();
    assertThat(client.execute(cell.replace("\ny", "\nmissing();\ny")).trace())
        .contains("missing()");
    assertThat(client.execute("Map.of(\"kept\", y)").result()).isEqualTo(kept);
  }

  static Stream<Arguments> right() {
    return Stream.of(
        Arguments.of(
            "int f(int n) { int m = n; record R(int x) {} return new R(m).x(); }\nint g(int n) { int m = 2; class R {} return m; }\nf(1) + g(1)",
            "3"),
        Arguments.of("int x = 5;\nint f() { String x = \"a\"; return x.length(); }\nf() + x", "6"),
        Arguments.of(
            "<T extends Comparable<T>> T top(List<T> l) { return Collections.max(l); }\ntop(List.of(1, 3, 2))",
            "3"),
        Arguments.of(
            "boolean even(int n) { return n == 0 || odd(n - 1); }\nboolean odd(int n) { return n != 0 && even(n - 1); }\neven(10)",
            "true"),
        Arguments.of("int a() { return later; }\nint later = 4;\na()", "4"),
        Arguments.of("final int k = 3;\nint square() { return k * k; }\nsquare()", "9"),
        Arguments.of(
            "var list = new ArrayList<Map<String, ? extends Number>>();\nint size() { return list.size(); }\nsize()",
            "0"),
        Arguments.of("class Counted { static int n; static { n = 7; } }\nCounted.n", "7"),
        Arguments.of(
            "int[] a1 = {1, 2}, b1 = {3};\nint total() { return a1.length + b1.length; }\ntotal()",
            "3"),
        Arguments.of("int c[] = {1, 2, 3};\nint length() { return c.length; }\nlength()", "3"),
        Arguments.of(
            "String s = \"\"\"\n    a\n    \"\"\";\nint n() { return s.length(); }\nn()", "2"),
        Arguments.of(
            "@FunctionalInterface interface F3<A, B, C, R> { R apply(A a, B b, C c); }\nF3<Integer, Integer, Integer, Integer> add = (a, b, c) -> a + b + c;\nadd.apply(1, 2, 3)",
            "6"),
        Arguments.of(
            "abstract class Base { abstract int v(); static Base of(int n) { return new Base() { int v() { return n; } }; } }\nBase.of(4).v()",
            "4"),
        Arguments.of("for (int i = 0; i < 2; i++) {}\nint i = 9;\nint g() { return i; }\ng()", "9"),
        Arguments.of("int count = 0;\nRunnable r = () -> count++;\nr.run();\nr.run();\ncount", "2"),
        Arguments.of(
            "import java.util.function.*;\nSupplier<Integer> sup = () -> 3;\nint call(Supplier<Integer> p) { return p.get(); }\ncall(sup)",
            "3"),
        Arguments.of(
            "record P(int x, int y) { P { if (x < 0) throw new IllegalArgumentException(); } static P origin() { return new P(0, 0); } }\nP.origin().x()",
            "0"),
        Arguments.of(
            "sealed interface S permits A1, B1 {}\nrecord A1(int v) implements S {}\nrecord B1() implements S {}\nint v(S s) { return s instanceof A1 a ? a.v() : 0; }\nv(new A1(3))",
            "3"),
        Arguments.of(
            "int f() throws Exception { throw new Exception(\"x\"); }\nint r = 0;\ntry { f(); } catch (Exception e) { r = 1; }\nr",
            "1"),
        Arguments.of("char c1 = 'a';\nc1 += 1;\nint code() { return c1; }\ncode()", "98"),
        Arguments.of(
            "private int hidden = 3;\npublic static int reveal() { return hidden; }\nreveal()",
            "3"),
        Arguments.of(
            "static int counter = 0;\nint next() { return ++counter; }\nnext() + next()", "3"),
        Arguments.of(
            "enum Op { ADD { int of(int a) { return a + 1; } }, SUB { int of(int a) { return a - 1; } }; abstract int of(int a); }\nint all(int a) { int n = a; for (Op op : Op.values()) n = op.of(n); return n; }\nall(5)",
            "5"),
        Arguments.of(
            "interface Shape2 { static Shape2 unit() { return () -> 1.0; } double area(); private int secret() { return 1; } default int twice() { return 2 * secret(); } }\nShape2.unit().twice()",
            "2"),
        Arguments.of(
            "int fact(int n) { return n < 2 ? 1 : n * fact(n - 1); }\nvar results = IntStream.range(0, 5).map(n -> fact(n)).boxed().toList();\nresults.get(4)",
            "24"),
        Arguments.of(
            "class Outer1 { int n = 1; class Inner1 { int m = n + 1; } Inner1 inner() { return new Inner1(); } }\nvar in = new Outer1().inner();\nin.m",
            "2"),
        Arguments.of(
            "int over(int a) { return 1; }\nint over(String a) { return 2; }\nint over(Object... a) { return 3; }\nover(1) + over(\"\") + over(1, 2)",
            "6"),
        Arguments.of(
            "String text;\nint size2() { return text == null ? -1 : text.length(); }\nsize2()",
            "-1"),
        Arguments.of("var box = new Object() { int hits = 3; };\nbox.hits++;\nbox.hits", "4"),
        Arguments.of(
            "int sw(Object o) { return switch (o.toString()) { case \"a\" -> { int n = 1; yield n; } default -> 0; }; }\nsw(\"a\")",
            "1"),
        Arguments.of(
            "record Limits(int most) {}\nclass Config { Limits limits = new Limits(3); }\nvar cfg = new Config();\nint most() { return cfg.limits.most(); }\nmost()",
            "3"),
        Arguments.of(
            "int summed(int[] a) { int s = 0; for (int x : a) s += x; return s; }\nint product(int[] a) { int s = 1; for (int x : a) s *= x; return s; }\nsummed(new int[] {2, 3}) + product(new int[] {2, 3})",
            "11"),
        Arguments.of("static Runnable self = () -> self.toString();\nself.run();\n7", "7"),
        Arguments.of(
            "Map<String, List<Integer>> groups(List<String> words) { Map<String, List<Integer>> found = new TreeMap<>(); for (String word : words) { found.computeIfAbsent(word.substring(0, 1), k -> new ArrayList<>()).add(word.length()); } return found; }\ngroups(List.of(\"ab\", \"a\", \"b\"))",
            "{a=[2, 1], b=[1]}"),
        Arguments.of(
            "int lambdas(int n) { Function<Integer, Integer> twice = v -> { int w = v * 2; return w; }; class Local { int go() { int w = twice.apply(n); return w; } } return new Local().go(); }\nlambdas(4)",
            "8"),
        Arguments.of("void nothing() { }\nnothing();\nint after = 1;\nafter", "1"),
        Arguments.of(
            "int retry(int n) { try { if (n > 0) throw new IllegalStateException(\"n\"); return n; } catch (IllegalStateException e) { String message = e.getMessage(); return message.length(); } finally { int done = 1; } }\nretry(1)",
            "1"));
  }

  /** Each cell twice, as cells are run again: the second time there is something of each name. */
  @ParameterizedTest
  @MethodSource("right")
  void whatIsRightIsNotRefused(String cell, String expected) {
    for (int time = 1; time <= 2; time++) {
      Run run = client.execute(cell);
      assertThat(run.status()).as("%s, time %d", cell, time).isEqualTo("ok");
      assertThat(run.result()).as("%s, time %d", cell, time).isEqualTo(expected);
    }
  }
}
