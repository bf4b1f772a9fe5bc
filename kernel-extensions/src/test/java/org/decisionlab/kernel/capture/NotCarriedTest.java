// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.decisionlab.kernel.capture.runtime.CellVariableException;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** What is said where a function cannot have a value. */
class NotCarriedTest extends DriverAndExecutor {

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
