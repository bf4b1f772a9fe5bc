// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import org.decisionlab.kernel.capture.runtime.CellVariableException;
import org.decisionlab.kernel.cell.CarriedListener;
import org.decisionlab.kernel.cell.CarriedMoment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Which value a function has, when, and what is said where it can have none. */
class CapturedMomentTest {

  private Driver driver;

  @BeforeEach
  void start() throws Exception {
    driver = new Driver();
  }

  @AfterEach
  void stop() throws Exception {
    driver.close();
  }

  private Object remote(byte[] sent) throws Exception {
    return Remote.of(driver.classes()).call(sent, 3);
  }

  private Object remote(String function) throws Exception {
    return remote(driver.sent(function));
  }

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
  void aFinalListThatWasFilledIsNamedWhereAnObjectBringsNoVariables() throws Exception {
    driver.run(
        """
        class Bean {
          static final List<Integer> SEEN = new ArrayList<>();
          static final List<Integer> FIXED = List.of(7);
          public int call(int x) { return x + (x == 3 ? SEEN.size() : FIXED.get(0)); }
        }
        Bean.SEEN.add(1);
        """);
    byte[] sent = driver.sent("new Bean()");
    assertThat(Remote.of(driver.classes()).call(sent, 4)).isEqualTo(11);
    assertThatThrownBy(() -> remote(sent))
        .isInstanceOf(Exception.class)
        .hasMessageContaining("'Bean.SEEN' was not carried to this executor");
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
  void aVariableOfAnotherTypeIsNamed() throws Exception {
    driver.run("int k = 1; Fn<Integer, Integer> f = x -> x + k;");
    driver.run("String k = \"text\";");
    String message =
        "'k' was int when this code was written, and is now java.lang.String; run the cell of this"
            + " function again";
    assertThatThrownBy(() -> driver.run("f.call(3)"))
        .isInstanceOf(CellVariableException.class)
        .hasMessage(message);
    byte[] sent = driver.sent("f");
    assertThatThrownBy(() -> remote(sent)).hasMessage(message);
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
  void aMethodThatGivesBackAnotherTypeIsNamed() throws Exception {
    driver.run("int scale(int x) { return x; }");
    driver.run("Fn<Integer, Object> f = x -> scale(x);");
    driver.run("double scale(int x) { return x / 2.0; }");
    String message =
        "the method 'scale' gives back another type than when this code was written; run the cell"
            + " of this function again";
    assertThatThrownBy(() -> driver.run("f.call(3)")).hasMessage(message);
    byte[] sent = driver.sent("f");
    assertThatThrownBy(() -> remote(sent)).hasMessage(message);
  }

  @Test
  void whatCannotBeCarriedFailsWhereItIsRead() throws Exception {
    driver.run(
        "Thread t = new Thread(); boolean used = false; String name() { return t.getName(); }");
    driver.run("Fn<Integer, String> f = x -> used ? name() : \"not read\";");
    assertThat(remote("f")).isEqualTo("not read");
    driver.run("used = true;");
    byte[] sent = driver.sent("f");
    assertThatThrownBy(() -> remote(sent))
        .hasMessage(
            "'t' cannot be carried to executors: java.lang.Thread is not Serializable; keep in"
                + " variables what it is made of, and create the object inside of the function");
  }

  @Test
  void aValueThatIsTooLargeIsNamedWhereItIsRead() throws Exception {
    driver.run("List<long[]> all = new ArrayList<>(); boolean used = false;");
    // The same array many times over would be written once.
    long longs = Runtime.getRuntime().maxMemory() / 10 / 8 + 1;
    driver.run(
        "for (long i = 0; i < " + longs + "L; i += 1 << 20) { all.add(new long[1 << 20]); }");
    driver.run("Fn<Integer, Integer> f = x -> used ? all.size() : x;");
    assertThat(remote("f")).isEqualTo(3);
    driver.run("used = true;");
    byte[] sent = driver.sent("f");
    assertThat(sent.length).isLessThan(100_000);
    assertThatThrownBy(() -> remote(sent))
        .hasMessageContainingAll("'all' cannot be carried", "MiB", "sc.broadcast(all)");
  }

  @Test
  void aFieldInsideAValueIsNamedByItsClass() throws Exception {
    driver.run(
        "class Holder { Map<String, Object> m = new HashMap<>(); }\nHolder h = new Holder();");
    driver.run("h.m.put(\"q\", new Thread()); Fn<Integer, Integer> f = x -> h.m.size();");
    byte[] sent = driver.sent("f");
    assertThatThrownBy(() -> remote(sent))
        .hasMessageContainingAll("'h'", "java.lang.Thread is not Serializable");
  }

  @Test
  void valuesLinkedTooDeeplyAreNamed() throws Exception {
    driver.run("class Node { Node next; }\nNode n = new Node();");
    driver.run("for (int i = 0; i < 1_000_000; i++) { Node m = new Node(); m.next = n; n = m; }");
    driver.run("Fn<Integer, Boolean> f = x -> n == null;");
    byte[] sent = driver.sent("f");
    assertThatThrownBy(() -> remote(sent)).hasMessageContainingAll("'n'", "linked too deeply");
  }

  @Test
  void sparkItselfStaysOnTheDriver() throws Exception {
    Object dataset = new Named("org.apache.spark.sql.Dataset").newObject();
    driver.bind("table", "Object", dataset);
    driver.run("List<Object> tables = List.of(table); boolean used = false;");
    driver.run("Fn<Integer, Object> f = x -> used ? table : tables;");
    byte[] sent = driver.sent("f");
    assertThatThrownBy(() -> remote(sent))
        .hasMessageContainingAll("'tables' lives on the driver only", "Dataset", "collect");
    driver.run("used = true;");
    byte[] used = driver.sent("f");
    assertThatThrownBy(() -> remote(used)).hasMessageContaining("'table' lives on the driver only");
    assertThat(driver.run("f.call(3) == table")).isEqualTo(true);
  }

  @Test
  void aVariableThatNoOneSawComingIsNamed() throws Exception {
    driver.run("int k = 1;");
    driver.run(
        "enum Plus implements Fn<Integer, Integer> { ONE; public Integer call(Integer x) {"
            + " return x + k; } }");
    byte[] sent = driver.sent("Plus.ONE");
    assertThatThrownBy(() -> remote(sent)).hasMessageContaining("'k' was not carried");
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

  /** Makes an empty serializable class of any name: Spark is not there. */
  private static final class Named extends ClassLoader {

    private final Class<?> type;

    Named(String name) {
      ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
      writer.visit(
          Opcodes.V17,
          Opcodes.ACC_PUBLIC,
          name.replace('.', '/'),
          null,
          "java/lang/Object",
          new String[] {"java/io/Serializable"});
      MethodVisitor constructor =
          writer.visitMethod(Opcodes.ACC_PUBLIC, "<init>", "()V", null, null);
      constructor.visitVarInsn(Opcodes.ALOAD, 0);
      constructor.visitMethodInsn(
          Opcodes.INVOKESPECIAL, "java/lang/Object", "<init>", "()V", false);
      constructor.visitInsn(Opcodes.RETURN);
      constructor.visitMaxs(0, 0);
      byte[] bytes = writer.toByteArray();
      type = defineClass(name, bytes, 0, bytes.length);
    }

    Object newObject() throws ReflectiveOperationException {
      return type.getConstructor().newInstance();
    }
  }
}
