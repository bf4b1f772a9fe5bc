// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.decisionlab.kernel.cell.CarriedCode;
import org.decisionlab.kernel.engine.CellEngine;
import org.decisionlab.kernel.engine.CellText;
import org.decisionlab.kernel.engine.Outcome;
import org.decisionlab.kernel.state.TemporaryFolder;

/** Cells on the driver: the engine of the kernel, without its protocol. */
final class Driver implements AutoCloseable {

  private final TemporaryFolder folder;
  private final ExecutorCapture capture;
  private final CellEngine engine;
  private final List<String> notes = new ArrayList<>();
  private int cells;

  Driver() throws Exception {
    folder = TemporaryFolder.create(Path.of(System.getProperty("java.io.tmpdir")));
    capture = new ExecutorCapture(Driver.class.getClassLoader(), folder.path());
    engine = new CellEngine(capture.loader(), capture, notes::add);
    for (String each : List.of("io", "util", "util.function", "util.stream")) {
      run("import java." + each + ".*;");
    }
    run("interface Fn<A, B> extends Serializable { B call(A a) throws Exception; }");
  }

  /** Runs a cell and gives the value of its last expression. */
  Object run(String code) throws Exception {
    CellText text = new CellText("Cell " + ++cells, code);
    Outcome outcome = engine.run(engine.plan(text, code, 0));
    if (outcome.failure() instanceof Error failure) {
      throw failure;
    }
    if (outcome.failure() instanceof Exception failure) {
      throw failure;
    }
    return outcome.value();
  }

  /** Runs a cell and serializes its value, as Spark does on a thread of its own. */
  byte[] sent(String code) throws Exception {
    return bytes(run(code));
  }

  static byte[] bytes(Object value) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    }
    return bytes.toByteArray();
  }

  void bind(String name, String type, Object value) throws Exception {
    engine.bind(name, type, value);
  }

  List<String> notes() {
    return notes;
  }

  /** How the code of the cells reaches executors. */
  CarriedCode code() {
    return capture;
  }

  Path classes() {
    return capture.cellClasses();
  }

  /** The loader of the cells, as the threads of Spark in local mode have it. */
  ClassLoader loader() {
    return engine.thread().getContextClassLoader();
  }

  @Override
  public void close() throws IOException {
    engine.close();
    folder.close();
  }
}
