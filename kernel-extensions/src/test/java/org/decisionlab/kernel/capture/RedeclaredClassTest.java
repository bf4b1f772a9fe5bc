// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Functions that were written with a class which a later cell declares anew. */
class RedeclaredClassTest extends DriverAndExecutor {

  /** What an executor and a task of local mode make of a function, which must be the same. */
  private Object everywhere(String function, Object argument) throws Exception {
    byte[] sent = driver.sent(function);
    Object remote = Remote.of(driver.classes()).call(sent, argument);
    assertThat(Remote.local(driver.loader()).call(sent, argument)).isEqualTo(remote);
    return remote;
  }

  @Test
  void aFunctionFollowsItsClass() throws Exception {
    driver.run("class Model { static double w = 2; double score(double x) { return w * x; } }");
    driver.run("Object[] f = {(Fn<Double, Double>) x -> new Model().score(x)};");
    assertThat(everywhere("f[0]", 3.0)).isEqualTo(6.0);
    driver.run("class Model { static double w = 5; double score(double x) { return w * x + 1; } }");
    assertThat(everywhere("f[0]", 3.0)).isEqualTo(16.0);
    driver.run("Model.w = 7;");
    assertThat(everywhere("f[0]", 3.0)).isEqualTo(22.0);
    driver.run("class Model { double score(double x) { return -x; } }");
    assertThat(everywhere("f[0]", 3.0)).isEqualTo(-3.0);
  }

  @Test
  void whatTheFunctionMakesAndAsksFollowsToo() throws Exception {
    driver.run("interface Rule extends Serializable { int points(int x); }");
    driver.run("class Above implements Rule { public int points(int x) { return x; } }");
    driver.run("enum Mode { LOW, HIGH }\nint base = 10;");
    driver.run(
        """
        Object[] f = {(Fn<Integer, Object>) x -> {
          Rule rule = new Above();
          Rule own = new Rule() { public int points(int y) { return new Above().points(y) + base; } };
          Mode mode = x > 1 ? Mode.HIGH : Mode.LOW;
          int side = switch (mode) { case LOW -> 1; case HIGH -> 2; };
          return List.of(rule instanceof Above, rule.points(x), own.points(x), mode.name(), side,
              Stream.of(x).map(y -> new Above().points(y)).findFirst().get());
        }};
        """);
    assertThat(everywhere("f[0]", 3)).isEqualTo(List.of(true, 3, 13, "HIGH", 2, 3));
    driver.run("class Above implements Rule { public int points(int x) { return 100 * x; } }");
    driver.run("enum Mode { HIGH, LOW, OTHER }\nbase = 20;");
    assertThat(everywhere("f[0]", 3)).isEqualTo(List.of(true, 300, 320, "HIGH", 2, 300));
  }

  @Test
  void methodReferencesAndNestedClassesFollow() throws Exception {
    driver.run("class Maths { static int of(int x) { return x; } static class In { int g = 2; } }");
    driver.run("Object[] f = {(Fn<Integer, Integer>) Maths::of};");
    driver.run("Object[] g = {(Fn<Integer, Integer>) x -> new Maths.In().g * x};");
    assertThat(everywhere("f[0]", 3)).isEqualTo(3);
    driver.run(
        "class Maths { static int of(int x) { return -x; } static class In { int g = 9; } }");
    assertThat(everywhere("f[0]", 3)).isEqualTo(-3);
    assertThat(everywhere("g[0]", 3)).isEqualTo(27);
  }

  @Test
  void aFunctionInTheValueOfAVariableFollows() throws Exception {
    driver.run("class Unit { static int size() { return 1; } }");
    driver.run("List<Fn<Integer, Integer>> all = List.of(x -> x * Unit.size());");
    driver.run("Object[] f = {(Fn<Integer, Integer>) x -> all.get(0).call(x)};");
    assertThat(everywhere("f[0]", 3)).isEqualTo(3);
    driver.run("class Unit { static int size() { return 1024; } }");
    assertThat(everywhere("f[0]", 3)).isEqualTo(3072);
  }

  @Test
  void aClassDeclaredAsItWasChangesNothing() throws Exception {
    driver.run("record Point(int x) { int twice() { return 2 * x; } }");
    driver.run("List<Object> points = new ArrayList<>(List.of(new Point(5)));");
    driver.run("Object[] f = {(Fn<Integer, Integer>) x -> x + ((Point) points.get(0)).twice()};");
    driver.run(
        "Object[] g = {new Fn<Integer, Integer>() {"
            + " public Integer call(Integer x) { return new Point(x).twice(); } }};");
    driver.run("record Point(int x) { int twice() { return 2 * x; } }");
    assertThat(everywhere("f[0]", 3)).isEqualTo(13);
    assertThat(everywhere("g[0]", 3)).isEqualTo(6);
    driver.run("points.set(0, new Point(7));");
    assertThat(everywhere("f[0]", 3)).as("with an object of the new one").isEqualTo(17);
  }

  @Test
  void whatCannotFollowIsNamed() throws Exception {
    driver.run("record Cut(int least) { boolean holds(int x) { return x >= least; } }");
    driver.run("Fn<Integer, Boolean> by(Object c) { return x -> ((Cut) c).holds(x); }");
    driver.run("List<Object> cuts = new ArrayList<>(List.of(new Cut(2)));");
    driver.run(
        "Object[] f = new Object[4];\n{ Cut cut = new Cut(2);"
            + " f[0] = (Fn<Integer, Boolean>) x -> cut.holds(x); }");
    driver.run("f[1] = by(new Cut(2));");
    driver.run("f[2] = (Fn<Integer, Boolean>) x -> ((Cut) cuts.get(0)).holds(x);");
    driver.run(
        "f[3] = new Fn<Integer, Boolean>() {"
            + " public Boolean call(Integer x) { return new Cut(x).holds(x); } };");
    driver.run("Object[] gone = {(Fn<Integer, Integer>) x -> new Cut(x).least()};");
    for (int i = 0; i < 4; i++) {
      assertThat(everywhere("f[" + i + "]", 3)).isEqualTo(true);
    }
    driver.run("record Cut(int most) { boolean holds(int x) { return x <= most; } }");
    assertRefused("f[0]", "'Cut' was declared anew", "it holds an object of 'Cut'", "run Cell ");
    assertRefused("f[1]", "'Cut'", "declared anew");
    assertRefused("f[2]", "'cuts' holds an object of 'Cut' from before");
    assertRefused("f[3]", "'Cut' was declared anew", "it is an object", "run Cell ");
    assertRefused("gone[0]", "'Cut' has no 'least' any more", "run Cell ");
  }

  @Test
  void aNewObjectBehindAnInterfaceIsNoFormerOne() throws Exception {
    driver.run("interface Rule extends Serializable { int points(int x); }");
    String above =
        "class Above implements Rule { int k = %d; public int points(int x) { return k * x; } }";
    String high =
        "record High(int k) implements Rule { public int points(int x) { return %d * x; } }";
    String rules = "List<Rule> rules = new ArrayList<>(List.of(new Above(), new High(1)));";
    String functions =
        """
        Object[] f = {(Fn<Integer, Integer>) x -> rules.get(0).points(x) + rules.get(1).points(x),
            new Fn<Integer, Integer>() {
              public Integer call(Integer x) { return rules.get(0).points(x) + rules.get(1).points(x); }
            }};
        """;
    for (int k = 1; k < 4; k++) {
      driver.run(above.formatted(k));
      driver.run(high.formatted(10 * k));
      if (k > 1) {
        assertRefused("f[0]", "'rules' holds an object of ", "from before");
        assertRefused("f[1]", "'rules' holds an object of ", "from before");
      }
      driver.run(rules);
      if (k > 1) {
        assertThat(everywhere("f[0]", 3)).as("the function of before").isEqualTo(33 * k);
      }
      driver.run(functions);
      assertThat(everywhere("f[0]", 3)).isEqualTo(33 * k);
      assertThat(everywhere("f[1]", 3)).isEqualTo(33 * k);
    }
  }

  @Test
  void everyVariableWithAFunctionObjectOfBeforeIsRefused() throws Exception {
    driver.run(
        "class Add implements Fn<Integer, Integer> { public Integer call(Integer x) { return x + 1; } }");
    driver.run(
        "Fn<Integer, Integer> a = new Add(); Fn<Integer, Integer> b = new Add(); int which = 0;");
    driver.run("Object[] f = {(Fn<Integer, Integer>) x -> which == 0 ? a.call(x) : b.call(x)};");
    assertThat(everywhere("f[0]", 3)).isEqualTo(4);
    driver.run(
        "class Add implements Fn<Integer, Integer> { public Integer call(Integer x) { return x + 100; } }");
    for (int i = 0; i < 2; i++) {
      driver.run("which = " + i + ";");
      assertRefused("f[0]", (i == 0 ? "'a'" : "'b'") + " holds an object of 'Add' from before");
    }
    driver.run("a = new Add(); b = new Add();");
    assertThat(everywhere("f[0]", 3)).isEqualTo(103);
  }

  @Test
  void whatAFunctionCatchesFollows() throws Exception {
    driver.run("class Bad extends RuntimeException { int code() { return 1; } }");
    driver.run("int fail(int x) { if (x > 2) throw new Bad(); return x; }");
    driver.run(
        "Object[] f = {(Fn<Integer, Integer>) x -> {"
            + " try { return fail(x); } catch (Bad e) { return -1; } }};");
    assertThat(everywhere("f[0]", 3)).isEqualTo(-1);
    driver.run("class Bad extends RuntimeException { int code() { return 2; } }");
    assertThat(everywhere("f[0]", 3)).isEqualTo(-1);
  }

  @Test
  void questionsForTheClassOfAnObjectAreNeverFalseInSilence() throws Exception {
    driver.run("interface Mark {}\nrecord Hit(int n) implements Mark, Serializable {}");
    driver.run("class Other { static int of() { return 1; } }");
    driver.run("Object[] f = new Object[4];");
    driver.run("f[0] = (Fn<Object, Integer>) o -> o.getClass() == Hit.class ? 1 : 0;");
    driver.run("f[1] = (Fn<Object, Integer>) o -> Hit.class.isInstance(o) ? 1 : 0;");
    driver.run("f[2] = (Fn<Object, Integer>) o -> new Object[] {o} instanceof Hit[] ? 1 : 0;");
    driver.run("f[3] = (Fn<Object, Integer>) o -> o instanceof Mark ? 1 : 0;");
    Object hit = driver.run("(Object) new Hit(1)");
    driver.run(
        "interface Mark { int NEW = 1; }\nrecord Hit(int n, int m) implements Mark, Serializable {}");
    assertRefused("f[0]", "'Hit'", "it uses the class object of 'Hit'", "run Cell ");
    assertRefused("f[1]", "'Hit'", "it uses the class object of 'Hit'", "run Cell ");
    assertRefused("f[2]", "'Hit'", "it asks for arrays of 'Hit'", "run Cell ");
    byte[] sent = driver.sent("f[3]");
    assertThatThrownBy(() -> Remote.local(driver.loader()).call(sent, hit))
        .hasStackTraceContaining("'Mark' was declared anew");
  }

  @Test
  void aClassCompiledAgainWithAnotherOneIsTheNewOne() throws Exception {
    driver.run("record Cut(int least) {}");
    driver.run("record Key(int k) { boolean in(Cut c) { return k >= c.least(); } }");
    driver.run("Object[] f = {(Fn<Integer, Object>) x -> new Key(x % 2)};");
    driver.run("record Cut(int least, int most) { Cut(int l) { this(l, 9); } }");
    Object[] keys = {driver.run("f[0]"), driver.run("(Fn<Integer, Object>) x -> new Key(x % 2)")};
    Remote local = Remote.local(driver.loader());
    assertThat(local.call(Driver.bytes(keys[0]), 3))
        .isEqualTo(local.call(Driver.bytes(keys[1]), 3));
  }

  @Test
  void whatDoesNotFitTheNewClassIsRefused() throws Exception {
    driver.run("int k = 1;\nclass Base { String name() { return toString(); } }");
    driver.run("class Model extends Base { public String toString() { return \"m\"; } }");
    driver.run("Object[] f = new Object[3];");
    driver.run("f[0] = (Fn<Integer, Integer>) x -> k + new Model().name().length();");
    driver.run("f[1] = (Fn<Integer, String>) x -> ((Base) new Model()).name();");
    driver.run("f[2] = (Fn<Integer, Boolean>) x -> new Model().toString().isEmpty();");
    driver.run("class Model { String name() { return \"mm\"; } }\nString k = \"text\";");
    assertRefused("f[0]", "'Model' was declared anew", "run Cell ");
    assertRefused("f[1]", "'Model' does not extend or implement the same any more", "run Cell ");
    assertRefused("f[2]", "'Model' does not extend or implement the same any more", "run Cell ");
    driver.run("class Model extends Base { int more; }");
    assertThat(everywhere("f[2]", 3)).as("toString of Object").isEqualTo(false);
    assertRefused("f[0]", "'k' has another type now");
  }

  @Test
  void aCapturedClassObjectOfBeforeIsRefused() throws Exception {
    driver.run("class Hit { int n = 1; }");
    driver.run("Fn<Object, Boolean> by(Class<?> c) { return o -> c == new Hit().getClass(); }");
    driver.run("Object[] f = {by(Hit.class)};");
    assertThat(everywhere("f[0]", 3)).isEqualTo(true);
    driver.run("class Hit { int n = 2; }");
    assertRefused("f[0]", "'Hit'", "declared anew");
  }

  private void assertRefused(String function, String... messages) throws Exception {
    byte[] sent = driver.sent(function);
    for (Remote each : List.of(Remote.of(driver.classes()), Remote.local(driver.loader()))) {
      var refused = assertThatThrownBy(() -> each.call(sent, 3)).as(function);
      for (String message : messages) {
        refused.hasStackTraceContaining(message);
      }
    }
  }

  @Test
  void aConstantThatTheCompilerCopiesIsNoted() throws Exception {
    driver.run("class Limits { static final int MOST = 10; }");
    driver.run("class Limits { static final int MOST = 10; static int more; }");
    assertThat(driver.notes()).isEmpty();
    driver.run("class Limits { static final int MOST = 20; }");
    assertThat(driver.notes()).singleElement().asString().contains("'Limits.MOST' has another");
  }
}
