// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Functions that were written with a class which a later cell declares anew. */
class RedeclaredClassTest {

  private Driver driver;

  @BeforeEach
  void start() throws Exception {
    driver = new Driver();
  }

  @AfterEach
  void stop() throws Exception {
    driver.close();
  }

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
