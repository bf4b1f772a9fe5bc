// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.fuzz;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Cells of Java that mostly compile, with a few names that are declared again and again. */
final class JavaCells {

  private static final int DEPTH = 4;
  private static final List<String> OPERATORS = List.of("+", "-", "*", "/", "%", "^", "<<", "&");
  private static final List<String> WORDS =
      List.of(
          "muon", "%d\\n", "Ωμέγα", "naïve", "粒子", "😀", "\\u202e", "\\u0000", "\\ud800", "a\\tb");

  private final SplittableRandom random;
  private final List<Supplier<String>> kinds =
      List.of(
          this::variable,
          this::expression,
          this::expression,
          this::print,
          this::method,
          this::longMethod,
          this::record,
          this::type,
          this::enumeration,
          this::stream,
          this::loop,
          this::choice,
          this::textBlock,
          this::lambda,
          this::failure,
          this::recovery,
          this::imports,
          this::output,
          this::comments,
          this::use,
          this::use);

  JavaCells(SplittableRandom random) {
    this.random = random;
  }

  /** One to four pieces of Java in one cell. */
  String cell() {
    return IntStream.rangeClosed(0, random.nextInt(4))
        .mapToObj(i -> one(kinds).get())
        .collect(Collectors.joining("\n"));
  }

  private String variable() {
    return one(
        List.of(
            "int " + name() + " = " + number(DEPTH) + ";",
            "String " + name() + " = " + text() + ";",
            "var " + name() + " = List.of(" + number(1) + ", " + number(1) + ");",
            "double[] " + name() + " = new double[" + random.nextInt(20) + "];",
            "final long " + name() + " = " + random.nextLong() + "L;",
            "Map<String, List<Integer>> " + name() + " = new TreeMap<>();"));
  }

  private String expression() {
    return one(
        List.of(
            number(DEPTH),
            text() + ".repeat(" + random.nextInt(30) + ")",
            name(),
            "new int[] {" + number(2) + ", " + number(2) + "}",
            "Map.of(" + text() + ", " + number(2) + ")",
            "Optional.of(" + text() + ").map(String::length)",
            "null",
            "(Object) " + text(),
            "Instant.EPOCH.plusSeconds(" + random.nextInt() + "L)"));
  }

  private String print() {
    String stream = random.nextInt(5) == 0 ? "err" : "out";
    return "System." + stream + ".print" + (random.nextBoolean() ? "ln(" : "(") + text() + ");";
  }

  private String method() {
    return "int f%s(int x) {\n  %s\n  return x + %s;\n}\nf%s(%s)"
        .formatted(index(), loop(), number(2), index(), number(1));
  }

  /** With names of its own, some of which the cell has, too. */
  private String longMethod() {
    String local = name();
    return """
        int g%s(int x) {
          int %s = x + 1;
          String words = %s;
          record Pair(int a, int b) { int sum() { return a + b; } }
          class Local { int twice() { int y = 2 * %s; return y; } }
          Function<Integer, Integer> next = v -> { int w = v + 1; return w; };
          return new Pair(new Local().twice(), next.apply(words.length())).sum();
        }
        g%s(%s)"""
        .formatted(index(), local, text(), local, index(), number(1));
  }

  private String record() {
    return "record R%s(int a, String b) {\n  int twice() { return 2 * a; }\n}\nnew R%s(%s, %s)"
        .formatted(index(), index(), number(2), text());
  }

  private String type() {
    return """
        class C%s<T extends Comparable<T>> implements Comparable<C%s<T>> {
          static int count = %s;
          T value;
          { count++; }
          public int compareTo(C%s<T> other) { return value.compareTo(other.value); }
        }
        """
        .formatted(index(), index(), number(2), index());
  }

  private String enumeration() {
    return "enum E%s { A, B { int k() { return 2; } }; int k() { return 1; } }\nE%s.B.k()"
        .formatted(index(), index());
  }

  private String stream() {
    return "IntStream.range(0, %s).filter(i -> i %% %d == 0).mapToObj(i -> i + %s)%s"
        .formatted(
            random.nextInt(200),
            1 + random.nextInt(9),
            text(),
            one(List.of(".toList()", ".count()", ".collect(Collectors.joining(\"\\n\"))", ";")));
  }

  private String loop() {
    return one(
        List.of(
            "for (int i = 0; i < %d; i++) { if (i %% 7 == 3) continue; if (i > 50) break; }"
                .formatted(random.nextInt(100)),
            "for (var s : List.of(%s, %s)) { System.out.println(s); }".formatted(text(), text()),
            "int n%s = 0; do { n%s++; } while (n%s < 5);".formatted(index(), index(), index()),
            "outer: for (;;) { while (true) { break outer; } }"));
  }

  private String choice() {
    return "switch (%s %% 3) { case 0 -> System.out.println(0); default -> { %s } }"
        .formatted(number(2), print());
  }

  private String textBlock() {
    return "String t%s = \"\"\"\n    %%not a magic\n    %s \\\"\"\" ${x}\n      \\t\\s\n    \"\"\";"
        .formatted(index(), one(WORDS));
  }

  private String lambda() {
    return "Function<Integer, Function<Integer, Integer>> g%s = a -> b -> a * b + %s;\ng%s.apply(2).apply(3)"
        .formatted(index(), number(1), index());
  }

  private String failure() {
    return one(
        List.of(
            "throw new IllegalStateException(" + text() + ", new RuntimeException(\"cause\"));",
            "int[] none = null; none[0] = 1;",
            "Object o = " + text() + "; Integer i = (Integer) o;",
            "int r(int k) { return r(k + 1) + 1; }\nr(0)",
            "new int[Integer.MAX_VALUE][9]",
            "System.exit(" + random.nextInt(3) + ");",
            "throw new Error() { public String toString() { throw new RuntimeException(); } };",
            "new Object() { public String toString() { throw new RuntimeException(\"shown\"); } }",
            "new Scanner(System.in).nextLine()",
            "{ String s = \"x\"; while (true) { s += s; } }"));
  }

  private String recovery() {
    return "try { %s } catch (RuntimeException e) { %s } finally { %s }"
        .formatted(
            one(List.of("Integer.parseInt(\"x\");", "List.of().get(0);", print())),
            print(),
            print());
  }

  private String imports() {
    return one(
        List.of(
            "import java.util.concurrent.*;",
            "import static java.lang.Math.*;",
            "import no.such.Thing;",
            "import java.util.List; import java.awt.List;",
            "package p;"));
  }

  private String output() {
    return one(
        List.of(
            "for (int i = 0; i < 3000; i++) { System.out.println(i); }",
            "System.out.write(new byte[] {(byte) 0xC3, 0x28, (byte) 0xFF, 0, 27}); System.out.flush();",
            "new Thread(() -> System.out.println(\"late\")).start();",
            "display(html(" + text() + "));",
            "var h%s = display(1); h%s.update(%s);".formatted(index(), index(), text()),
            "clearOutput(true);",
            "System.out.print(\"\\r\\b\\u001b[31m\" + " + text() + ");"));
  }

  /** Right or wrong, as the names have been declared. */
  private String use() {
    return one(
        List.of(
            "String s" + index() + " = " + name() + ";",
            name() + ".length()",
            "f" + index() + "(" + text() + ")",
            "new R" + index() + "(1, " + text() + ")." + one(List.of("a", "b", "c")) + "()",
            "var w" + index() + " = new R" + index() + "(2, \"b\");\nw" + index() + ".twice()",
            "int u" + index() + "(R" + index() + " r) { return r.a() + " + name() + "; }",
            "int u" + index() + "(int n) { " + one(List.of("return ", "")) + name() + "; }",
            "class D" + index() + " { R" + index() + " r; int m() { return r.twice(); } }",
            "class D" + index() + " extends C" + index() + "<String> { }",
            "private int p"
                + index()
                + " = "
                + name()
                + ";\nstatic void q() { p"
                + index()
                + "++; }",
            "int f" + index() + "(String x) { return f" + index() + "(x.length()); }",
            "E" + index() + " e = E" + index() + "." + one(List.of("A", "B", "C")) + ";\ne.k()",
            "Supplier<Integer> l" + index() + " = () -> " + name() + ";",
            "int n" + index() + " = 1;\nRunnable c" + index() + " = () -> n" + index() + "++;",
            "final int k" + index() + " = 1;\nfor (var k" + index() + " : List.of(1)) { }"));
  }

  private String comments() {
    return "// " + one(WORDS) + "\n/* %lsmagic\n * */ " + expression() + " /** doc */";
  }

  private String number(int depth) {
    if (depth == 0 || random.nextInt(3) == 0) {
      return one(
          List.of(
              String.valueOf(random.nextInt(-9, 100)), "0x1F", "'c'", "1_000", "0b1", "-0", "017"));
    }
    return "(%s %s %s)".formatted(number(depth - 1), one(OPERATORS), number(depth - 1));
  }

  private String text() {
    return '"' + one(WORDS) + random.nextInt(100) + '"';
  }

  private String name() {
    return "v" + index();
  }

  private int index() {
    return random.nextInt(6);
  }

  private <T> T one(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }
}
