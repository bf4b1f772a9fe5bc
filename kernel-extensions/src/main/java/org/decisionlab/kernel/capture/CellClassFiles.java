// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.decisionlab.kernel.capture.runtime.Carried;
import org.decisionlab.kernel.capture.runtime.CarriedValue;
import org.decisionlab.kernel.capture.runtime.CellGuard;
import org.decisionlab.kernel.capture.runtime.CellHome;
import org.decisionlab.kernel.capture.runtime.CellRoot;
import org.decisionlab.kernel.capture.runtime.CellSites;
import org.decisionlab.kernel.capture.runtime.CellSnapshot;
import org.decisionlab.kernel.capture.runtime.CellVariableException;
import org.decisionlab.kernel.capture.runtime.ExitRefusedException;
import org.decisionlab.kernel.capture.runtime.TaskStopped;
import org.decisionlab.kernel.capture.runtime.ValueOutput;
import org.decisionlab.kernel.capture.runtime.VariableSite;

/**
 * The directory from which executors load classes: those of the cells, and the few that their byte
 * code calls. Only the user can read it; a class file in it is always whole.
 */
final class CellClassFiles implements AutoCloseable {

  private static final List<String> RUNTIME =
      Stream.of(
              Carried.class,
              CarriedValue.class,
              CellGuard.class,
              CellGuard.Stoppable.class,
              CellHome.class,
              CellRoot.class,
              CellSites.class,
              CellSnapshot.class,
              CellVariableException.class,
              ExitRefusedException.class,
              TaskStopped.class,
              ValueOutput.class,
              VariableSite.class)
          .map(Class::getName)
          .toList();

  /** Classes of the runtime that no other package may name. */
  private static final List<String> INTERNAL = List.of("ValueInput", "ValueOutput$1");

  private final Path root;

  /** Makes the directory and puts into it what the byte code of cells calls. */
  CellClassFiles() throws IOException {
    root = Files.createTempDirectory("decisionlab-cells");
    String runtime = CellSites.class.getPackageName();
    for (String each : RUNTIME) {
      copy(each);
    }
    for (String each : INTERNAL) {
      copy(runtime + "." + each);
    }
  }

  Path root() {
    return root;
  }

  /** Puts a class into the directory. */
  void add(String name, byte[] bytes) {
    Path file = file(name);
    try {
      Files.createDirectories(file.getParent());
      Path part = Files.createTempFile(root, "class", ".part");
      Files.write(part, bytes);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the class of a cell to " + file, e);
    }
  }

  /** Removes a class that nothing on the driver refers to any more. */
  void remove(String name) {
    Path file = file(name);
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete the class of a cell " + file, e);
    }
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }

  private Path file(String name) {
    return root.resolve(name.replace('.', '/') + ".class");
  }

  private void copy(String name) throws IOException {
    String resource = name.replace('.', '/') + ".class";
    try (InputStream in = CellSites.class.getClassLoader().getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("no class file of " + name);
      }
      add(name, in.readAllBytes());
    }
  }
}
