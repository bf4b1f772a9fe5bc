// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.decisionlab.kernel.testing.KernelClient.Run;
import org.decisionlab.kernel.testing.RunningKernel;
import org.junit.jupiter.api.Test;

/** What is declared again takes the place of what was, and nothing is lost in silence. */
class RedefinitionTest extends RunningKernel {

  @Test
  void aVariableWhoseClassIsRedefinedIsResetAndAnnounced() {
    client.execute("class Point { int x; Point(int x) { this.x = x; } }");
    client.execute("var a = new Point(1);\nPoint b = new Point(2);\nint sum = a.x + b.x;");
    client.execute("var points = List.of(a, b);");
    Run run = client.execute("class Point { long x; Point(int x) { this.x = x; } }");
    assertThat(run.stream("stderr"))
        .contains("a was reset to null: it held a Point")
        .contains("b was reset to null: it held a Point")
        .contains("points still holds what was made before Point was redefined")
        .doesNotContain("sum");
    assertThat(client.execute("a == null && b == null").result()).isEqualTo("true");
    assertThat(client.execute("sum").result()).isEqualTo("3");
    assertThat(client.execute("points.size()").result()).isEqualTo("2");
    assertThat(client.execute("a = new Point(5);\na.x").result()).isEqualTo("5");
  }

  @Test
  void anImportReplacesNothing() {
    client.execute("record Hit(int adc, Instant time) {}\nrecord Other(int x) {}");
    client.execute(
        "List<Hit> hits = List.of(new Hit(7, null));\nint first() { return hits.get(0).adc(); }");
    client.execute("import static java.lang.Math.max;\nimport java.nio.charset.*;");
    assertThat(client.execute("hits.get(0).adc()").result()).isEqualTo("7");
    assertThat(client.execute("first() + max(1, 2)").result()).isEqualTo("9");
  }

  @Test
  void anErrorNamesTheLineOfTheLastDeclaration() {
    client.execute("int share(int all) {\n  return 1 / all;\n}");
    Run again = client.execute("int share(int all) {\n  // of the whole\n  return 1 / all;\n}");
    assertThat(again.status()).isEqualTo("ok");
    String label = "Cell " + again.reply().get("execution_count").getAsInt();
    assertThat(client.execute("share(0)").trace()).contains(label + ", line 3");
  }

  @Test
  void aTypeThatIsDeclaredAgainUnchangedFitsWhatWasMadeOfIt() {
    String types = "record Place(double x) {}\nrecord Seen(String what, Place at) {}";
    client.execute(types);
    client.execute("List<Seen> all = List.of(new Seen(\"a\", new Place(2)));");
    client.execute("Map<String, Place> places = new TreeMap<>(Map.of(\"a\", new Place(3)));");
    client.execute("enum Side { LEFT, RIGHT }");
    client.execute("var sides = new EnumMap<Side, Integer>(Map.of(Side.RIGHT, 4));");
    for (String again : List.of(types, "// two\n" + types, "enum Side {\n  LEFT,\n  RIGHT\n}")) {
      Run run = client.execute(again);
      assertThat(run.status()).isEqualTo("ok");
      assertThat(run.stream("stderr")).isEmpty();
    }
    String sum = "all.get(0).at().x() + places.get(\"a\").x() + sides.get(Side.RIGHT)";
    assertThat(client.execute(sum).result()).isEqualTo("9.0");
  }

  @Test
  void aMethodThatNoLongerCompilesIsNamed() {
    client.execute("int base() { return 4; }");
    client.execute("int area() { return base() * base(); }");
    assertThat(client.execute("area()").result()).isEqualTo("16");
    assertThat(client.execute("String base() { return \"four\"; }").stream("stderr"))
        .contains("area cannot be used any more");
    assertThat(client.execute("area()").trace()).contains("area cannot be used");
    client.execute("int base() { return 5; }");
    assertThat(client.execute("area()").result()).isEqualTo("25");
  }

  @Test
  void aVariableMayBeDeclaredAgainWithAnotherType() {
    client.execute("int reading = 5;");
    client.execute("int doubled() { return (int) (2 * reading); }");
    client.execute("double reading = 2.5;");
    assertThat(client.execute("reading").result()).isEqualTo("2.5");
    assertThat(client.execute("doubled()").result()).isEqualTo("5");
    client.execute("var reading = 7.5;");
    assertThat(client.execute("doubled()").result()).isEqualTo("15");
    client.execute("var reading = \"text\";");
    assertThat(client.execute("reading.length()").result()).isEqualTo("4");
    client.execute("int empty = 3;");
    assertThat(client.execute("int empty;\nempty").result()).isEqualTo("0");
  }

  @Test
  void aValueThatCannotBeComputedLeavesTheVariableAsItWas() {
    client.execute("int steady = 5;\nint zero = 0;");
    assertThat(client.execute("int steady = 1 / zero;").status()).isEqualTo("error");
    assertThat(client.execute("steady").result()).isEqualTo("5");
  }

  @Test
  void theMemoryOfReplacedClassesIsReleased() {
    // The heap of the kernel of the tests has room for ten of these.
    for (int i = 0; i < 40; i++) {
      Run run =
          client.execute(
              "class Big { static byte[] data = new byte[50_000_000]; static int n = "
                  + i
                  + "; }\nBig.data.length + Big.n");
      assertThat(run.result()).isEqualTo(String.valueOf(50_000_000 + i));
    }
    assertThat(client.execute("class Big {}").status()).isEqualTo("ok");
  }

  @Test
  void theClassesOfStatementsAreCollected() {
    client.execute("var classes = new ArrayList<java.lang.ref.WeakReference<Class<?>>>();");
    for (int i = 0; i < 300; i++) {
      client.execute(
          "classes.add(new java.lang.ref.WeakReference<>(new Object() { int n = "
              + i
              + "; }.getClass()));");
    }
    assertThat(client.execute("classes.size()").result()).isEqualTo("300");
    client.execute("for (int i = 0; i < 10; i++) System.gc();");
    int left =
        Integer.parseInt(
            client
                .execute("(int) classes.stream().filter(each -> each.get() != null).count()")
                .result());
    assertThat(left).isLessThan(10);
  }

  @Test
  void codeThatIsHeldFollowsDeclarationsAndNamesTheOneThatDoesNotFit() {
    client.execute("int seed = 7;\nint twice(int n) { return 2 * n; }");
    client.execute("Supplier<Integer> late = () -> twice(seed);");
    client.execute("double twice(double n) { return 2 * n; }");
    client.execute("int twice(int n) { return 20 * n; }");
    client.execute("for (int i = 0; i < 10; i++) System.gc();");
    assertThat(client.execute("late.get()").result()).isEqualTo("140");
    client.execute("String seed = \"now text\";");
    Run run = client.execute("late.get()");
    assertThat(run.trace()).contains("'seed' was int when this code was written");
    assertThat(run.trace()).contains("1 | late.get()").doesNotContain("carried$");
  }

  @Test
  void whatIsDeclaredAgainUnchangedIsNamedByItsLastCell() {
    String cell =
        "int divide(int n) { return 1 / n; }\nclass Ratio { int of(int n) { return 1 / n; } }";
    client.execute(cell);
    Run again = client.execute("String label = cell().label();\n" + cell + "\nlabel");
    for (String use : new String[] {"divide(0)", "new Ratio().of(0)"}) {
      assertThat(client.execute(use).trace()).contains("(" + again.result() + ", line ");
    }
    assertThat(client.execute("divide(0)").trace())
        .contains("       2 | int divide(int n) { return 1 / n; }");
  }

  @Test
  void aVariableOfAnAnonymousClassMayBeDeclaredAgain() {
    String cell = "var counter = new Object() { int n = 5; };\ncounter.n++;\ncounter.n";
    assertThat(client.execute(cell).result()).isEqualTo("6");
    assertThat(client.execute(cell).result()).isEqualTo("6");
    assertThat(client.execute("counter").result()).matches("anonymous@[0-9a-f]+");
    client.execute("class Grown { int one() { return 1; } }\nvar grown = new Grown();");
    Run run =
        client.execute(
            "class Grown { int one() { return new Object() { int n = 2; }.n; } }\nnew Grown().one()");
    assertThat(run.result()).isEqualTo("2");
  }
}
