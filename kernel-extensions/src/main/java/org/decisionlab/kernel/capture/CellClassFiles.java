// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.decisionlab.kernel.capture.runtime.CarriedFunction;
import org.decisionlab.kernel.capture.runtime.CarriedRecord;
import org.decisionlab.kernel.capture.runtime.CellGuard;
import org.decisionlab.kernel.capture.runtime.CellSites;
import org.decisionlab.kernel.capture.runtime.CellSnapshot;
import org.decisionlab.kernel.capture.runtime.FormerObjects;
import org.decisionlab.kernel.capture.runtime.SnapshotHolder;
import org.objectweb.asm.ClassReader;

/**
 * The directory from which executors load classes: those of the cells, and the few that their byte
 * code calls. Only the user can read it; a class file in it is always whole.
 */
final class CellClassFiles {

  /** What the byte code of cells calls; what these need follows. */
  private static final List<Class<?>> CALLED =
      List.of(
          CellSites.class,
          CellSnapshot.class,
          SnapshotHolder.class,
          CarriedRecord.class,
          CarriedFunction.class,
          CellGuard.class,
          FormerObjects.class);

  private static final int CLASS_CONSTANT = 7;

  private final Path root;

  /**
   * Makes the directory and puts into it what the byte code of cells calls.
   *
   * @param parent where it is made
   */
  CellClassFiles(Path parent) throws IOException {
    root = Files.createTempDirectory(parent, "cells");
    Set<String> copied = new HashSet<>();
    for (Class<?> each : CALLED) {
      copy(each.getName().replace('.', '/'), copied);
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

  private Path file(String name) {
    return root.resolve(name.replace('.', '/') + ".class");
  }

  /** Copies a class of the runtime and those of the same package that it names. */
  private void copy(String name, Set<String> copied) throws IOException {
    if (!copied.add(name)) {
      return;
    }
    try (InputStream in = CellSites.class.getClassLoader().getResourceAsStream(name + ".class")) {
      if (in == null) {
        throw new IOException("no class file of " + name);
      }
      byte[] bytes = in.readAllBytes();
      add(name, bytes);
      String runtime = CellSites.class.getPackageName().replace('.', '/') + "/";
      for (String each : named(bytes)) {
        if (each.startsWith(runtime)) {
          copy(each, copied);
        }
      }
    }
  }

  /** The internal names of the classes in the constant pool of a class file. */
  private static List<String> named(byte[] bytes) {
    ClassReader reader = new ClassReader(bytes);
    char[] buffer = new char[reader.getMaxStringLength()];
    List<String> names = new ArrayList<>();
    for (int i = 1; i < reader.getItemCount(); i++) {
      int offset = reader.getItem(i);
      if (offset > 0 && reader.readByte(offset - 1) == CLASS_CONSTANT) {
        names.add(reader.readUTF8(offset, buffer));
      }
    }
    return names;
  }
}
