// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.fuzz;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Cells that hardly ever mean anything: magics with wrong arguments, noise, depth, length. */
final class OddCells {

  /** Magics that neither write files, nor reach a network, nor run programs. */
  private static final List<String> MAGICS =
      List.of(
          "lsmagic", "help", "who", "whos", "time", "timeit", "log", "echo", "spark", "n\u00f6");

  private static final List<String> ARGUMENTS =
      List.of(
          "", "-n", "--help", "'open", "\"open", "a\\ b", "${v1}", "${", "${1/0}", "\\", "\u0000",
          "=", "1 + 1");

  private static final List<String> OPENERS =
      List.of("(", "{", "[", "\"", "'", "\"\"\"", "/*", "<", "${");

  private static final String[] POINTS = {
    "\ud800",
    "\udfff",
    "\ud83d\ude00",
    "\u202e",
    "\u2066",
    "\u200b",
    "\ufeff",
    "\u0000",
    "\u0007",
    "\u001b[2J",
    "\u0085",
    "\u2028",
    "\r",
    "\t",
    "\u0301",
    "\uffff",
    "\\u000a",
    "\\uD83D",
    "\\u"
  };

  private final SplittableRandom random;

  OddCells(SplittableRandom random) {
    this.random = random;
  }

  /** Lines of magics, possibly among Java, possibly as the head of the cell. */
  String magics(String java) {
    String line = one(MAGICS) + " " + one(ARGUMENTS) + " " + one(ARGUMENTS);
    return switch (random.nextInt(6)) {
      case 0 -> "%%" + line + "\n" + java;
      case 1 -> "\n// first\n  %%" + line + "\n" + java;
      case 2 -> java + "\n%" + line + "\n" + java;
      case 3 -> "var m = %" + line + "\nm";
      case 4 -> "%%time\n%%timeit\n%" + line + "\n" + java;
      default -> "%" + line;
    };
  }

  /** Characters without any order. */
  String noise() {
    return IntStream.range(0, 1 + random.nextInt(80))
        .mapToObj(
            i ->
                random.nextInt(3) == 0
                    ? POINTS[random.nextInt(POINTS.length)]
                    : String.valueOf((char) random.nextInt(32, 127)))
        .collect(Collectors.joining());
  }

  /** Openers that nothing closes, or closers that nothing opens. */
  String unbalanced(String java) {
    String openers =
        IntStream.range(0, 1 + random.nextInt(5))
            .mapToObj(i -> one(OPENERS))
            .collect(Collectors.joining());
    return random.nextBoolean() ? java + openers : ")}]\"*/".repeat(random.nextInt(3)) + java;
  }

  /** Far more of something than anybody writes. */
  String excess() {
    int much = 200 + random.nextInt(2000);
    return switch (random.nextInt(10)) {
      case 0 -> "int x = " + "(".repeat(much) + "1" + ")".repeat(much) + ";";
      case 1 -> "1" + " + 1".repeat(much);
      case 2 -> "{".repeat(much) + "}".repeat(much);
      case 3 -> "\"" + "x".repeat(much * 32) + "\".length()";
      case 4 -> "int " + "i".repeat(much * 10) + " = 1;";
      case 5 -> "System.out.print(1);\n".repeat(much / 5);
      // javac compares types that differ in a time exponential in their depth.
      case 6 -> "List<".repeat(much / 85) + "String" + ">".repeat(much / 85) + " deep = null;";
      case 7 -> "\n".repeat(much) + "1" + " ".repeat(much);
      case 8 -> "int" + "[]".repeat(much / 10) + " a;";
      default -> "if (true) ".repeat(much / 4) + ";";
    };
  }

  /** Ends only when it is stopped. */
  String endless() {
    return one(
        List.of(
            "while (true) {}",
            "for (;;) { try { Thread.sleep(1000); } catch (InterruptedException e) { } }",
            "Thread.sleep(3_600_000);",
            "Stream.iterate(1, i -> i).forEach(i -> { });",
            "new java.util.concurrent.CountDownLatch(1).await();",
            "int k = 0; while (true) { try { k++; } catch (Throwable t) { } }",
            "while (true) { System.out.println(\"again\"); }"));
  }

  /** A cell with some of its text deleted, doubled, exchanged or replaced. */
  String mutated(String cell) {
    StringBuilder text = new StringBuilder(cell);
    for (int i = random.nextInt(1, 5); i > 0 && text.length() > 1; i--) {
      int from = random.nextInt(text.length());
      int to = Math.min(text.length(), from + 1 + random.nextInt(8));
      switch (random.nextInt(5)) {
        case 0 -> text.delete(from, to);
        case 1 -> text.insert(to, text.substring(from, to));
        case 2 -> text.insert(from, POINTS[random.nextInt(POINTS.length)]);
        case 3 -> text.replace(from, to, one(OPENERS));
        default -> text.setLength(from);
      }
    }
    return text.toString();
  }

  private String one(List<String> all) {
    return all.get(random.nextInt(all.size()));
  }
}
