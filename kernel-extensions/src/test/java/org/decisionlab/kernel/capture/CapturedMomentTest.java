// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.decisionlab.kernel.cell.CarriedListener;
import org.decisionlab.kernel.cell.CarriedMoment;
import org.junit.jupiter.api.Test;

/** Which value a function has, and when. */
class CapturedMomentTest extends DriverAndExecutor {

  @Test
  void theValueIsThatOfTheMomentOfSending() throws Exception {
    driver.run("int k = 1; Fn<Integer, Integer> f = x -> x + k;");
    byte[] before = driver.sent("f");
    driver.run("k = 100;");
    assertThat(remote(before)).isEqualTo(4);
    assertThat(remote("f")).isEqualTo(103);
    assertThat(driver.run("f.call(3)")).isEqualTo(103);
  }

  @Test
  void aListenerHearsOfFunctionsAndActionsUntilItIsRemoved() throws Exception {
    List<CarriedMoment> moments = new ArrayList<>();
    CarriedListener listener =
        new CarriedListener() {
          @Override
          public void carried(CarriedMoment moment) {
            moments.add(moment);
          }

          @Override
          public Object beforeAction(Object data) {
            return data;
          }
        };
    driver.code().addListener(listener);
    driver.code().addListener(listener);
    driver.run("int k = 1; Fn<Integer, Integer> f = x -> x + k;");
    driver.sent("f");
    assertThat(moments).hasSize(1);
    driver.code().removeListener(listener);
    driver.sent("f");
    assertThat(moments).hasSize(1);
  }

  @Test
  void aMethodDeclaredAnewIsSeenInAFunctionThatAVariableHolds() throws Exception {
    List<CarriedMoment> moments = new ArrayList<>();
    driver
        .code()
        .addListener(
            new CarriedListener() {
              @Override
              public void carried(CarriedMoment moment) {
                moments.add(moment);
              }

              @Override
              public Object beforeAction(Object data) {
                return data;
              }
            });
    driver.run("int fold(int x) { return x; }");
    driver.run("Fn<Integer, Integer> held = x -> fold(x);");
    driver.run("Fn<Integer, Integer> f = x -> held.call(x);");
    driver.sent("f");
    CarriedMoment moment = moments.get(moments.size() - 1);
    assertThat(driver.code().present().changedSince(moment)).isEmpty();
    driver.run("int fold(int x) { return 10 * x; }");
    assertThat(driver.code().present().changedSince(moment)).containsExactly("fold");
  }

  @Test
  void aFunctionFollowsARedeclaredVariable() throws Exception {
    driver.run("int k = 1; Fn<Integer, Integer> f = x -> x + k;");
    driver.run("int k = f.call(10); System.gc();");
    assertThat(driver.run("k")).as("computed from the old one").isEqualTo(11);
    assertThat(driver.run("f.call(3)")).isEqualTo(14);
    assertThat(remote("f")).isEqualTo(14);
  }

  @Test
  void aFunctionFollowsARedeclaredMethod() throws Exception {
    driver.run(
        "int k = 2; int scale(int x) { return x * k; } int twice(int x) { return 2 * scale(x); }");
    driver.run("int plain(int x) { return x + 1; }");
    driver.run(
        "Fn<Integer, Integer> f = x -> scale(x); Fn<Integer, Integer> g = x -> twice(x) + k;");
    driver.run("Fn<Integer, Integer> h = x -> Stream.of(x).map(y -> plain(y)).findFirst().get();");
    assertThat(remote("f")).isEqualTo(6);
    assertThat(remote("g")).isEqualTo(14);
    assertThat(remote("h")).isEqualTo(4);
    byte[] before = driver.sent("new Object[] {f, g, h}");
    driver.run(
        "int m = 1000; int scale(int x) { return x + m; } int plain(int x) { return x - 1; }");
    assertThat(driver.run("f.call(3) + g.call(3) + h.call(3)")).isEqualTo(1003 + 2008 + 2);
    assertThat(remote("f")).isEqualTo(1003);
    assertThat(remote("g")).isEqualTo(2008);
    assertThat(remote("h")).isEqualTo(2);
    Object[] local = (Object[]) Remote.local(driver.loader()).received(before);
    assertThat(Remote.local(driver.loader()).invoke(local[0], 3)).as("sent before").isEqualTo(6);
    assertThat(Remote.local(driver.loader()).invoke(local[1], 3)).as("sent before").isEqualTo(14);
    assertThat(Remote.local(driver.loader()).invoke(local[2], 3)).as("sent before").isEqualTo(4);
  }

  @Test
  void recordsThatOnlyCellsCallTravelAsDataAlone() throws Exception {
    driver.run("long[] table = new long[100_000]; interface Shape { double area(); }");
    driver.run(
        "record Square(int n) implements Shape, Comparable<Square> {"
            + " public double area() { return (double) n * table.length; }"
            + " public int compareTo(Square o) { return Integer.compare(n, o.n); } }");
    assertThat(driver.sent("new Square(2)").length).isLessThan(1000);
    driver.run("Shape shape = new Square(2);");
    assertThat(remote("Fn<Integer, Double> f = x -> x + shape.area(); f")).isEqualTo(200_003.0);
  }

  @Test
  void aClassOfALaterCellIsReachedThroughItsInterface() throws Exception {
    driver.run("int k = 5; interface Rule { int apply(int x); } Rule r = null;");
    driver.run("Fn<Integer, Integer> f = x -> r.apply(x);");
    driver.run(
        "record Times(int v) implements Rule { public int apply(int x) { return x * v * k; } }");
    driver.run("r = new Times(2);");
    assertThat(remote("f")).isEqualTo(30);
  }

  @Test
  void assigningStaysInTheTaskAndIsNoted() throws Exception {
    driver.run("int n = 10; void bump(int x) { n += x; }");
    assertThat(driver.notes()).isEmpty();
    driver.run("Fn<Integer, Integer> f = x -> { n += x; bump(x); return n; };");
    assertThat(driver.notes())
        .containsExactly(
            "'n' is assigned inside a function that runs on executors; they do not send it back;"
                + " use an accumulator");
    byte[] sent = driver.sent("f");
    assertThat(remote(sent)).isEqualTo(16);
    Object local = Remote.local(driver.loader()).received(sent);
    assertThat(Remote.local(driver.loader()).invoke(local, 3)).isEqualTo(16);
    assertThat(Remote.local(driver.loader()).invoke(local, 3)).as("same task").isEqualTo(22);
    assertThat(driver.run("n")).as("the driver's").isEqualTo(10);
    driver.run("Runnable r = () -> n++; r.run();");
    assertThat(driver.notes()).as("a function that nobody sends").hasSize(1);
    assertThat(driver.run("n")).isEqualTo(11);
  }

  @Test
  void threadsSeeTheSnapshotOfTheirOwnTask() throws Exception {
    driver.run("int k = 0; int read() { return k; }");
    driver.run(
        "Fn<Integer, Integer> f = x -> { int s = 0; for (int i = 0; i < 1000; i++) s += read(); return s; };");
    Remote executor = Remote.of(driver.classes());
    Remote local = Remote.local(driver.loader());
    CyclicBarrier together = new CyclicBarrier(4);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Object>> results =
          Stream.of(1, 2, 3, 4)
              .map(
                  k -> {
                    try {
                      driver.run("k = " + k + ";");
                      byte[] sent = driver.sent("f");
                      Callable<Object> task =
                          () -> {
                            together.await(60, TimeUnit.SECONDS);
                            return (k % 2 == 0 ? executor : local).call(sent, 3);
                          };
                      return threads.submit(task);
                    } catch (Exception e) {
                      throw new IllegalStateException(e);
                    }
                  })
              .toList();
      for (int k = 1; k <= 4; k++) {
        assertThat(results.get(k - 1).get(60, TimeUnit.SECONDS)).isEqualTo(k * 1000);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void oneStreamHasOneCopyOfEachValue() throws Exception {
    driver.run(
        "double[] big = new double[100_000]; big[7] = 7; double at(int i) { return big[i]; }");
    driver.run(
        "Fn<Integer, Double> f = x -> at(x); Fn<Integer, Double> g = x -> at(x + 4) + big[x];");
    byte[] both = driver.sent("new Object[] {f, g, f}");
    assertThat(both.length).isBetween(800_000, 900_000);
    Remote executor = Remote.of(driver.classes());
    Object[] received = (Object[]) executor.received(both);
    assertThat(executor.invoke(received[1], 3)).isEqualTo(7.0);
  }

  @Test
  void theDirectoryIsTheUsersOwnAndGoesAway() throws Exception {
    driver.run("class Mine {}");
    Path classes = driver.classes();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(classes)))
        .isEqualTo("rwx------");
    try (Stream<Path> all = Files.walk(classes)) {
      assertThat(all.filter(Files::isRegularFile))
          .allMatch(each -> each.toString().endsWith(".class"))
          .anyMatch(each -> each.toString().endsWith("$Mine.class"));
    }
    driver.close();
    assertThat(classes).doesNotExist();
    driver = new Driver();
  }
}
