// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.decisionlab.kernel.capture.runtime.CellVariableException;
import org.decisionlab.kernel.capture.runtime.FormerObjects;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.commons.ClassRemapper;
import org.objectweb.asm.commons.Remapper;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldNode;

/**
 * The generations of what cells declare: a class that is declared anew has the number of the one
 * before in its name, and other letters behind it. Not safe for use by several threads at once.
 */
final class Generations {

  private static final Pattern WRAPPER = Pattern.compile("(REPL/\\$JShell\\$\\d+)[A-Z]*");
  private static final Pattern DECLARED =
      Pattern.compile("REPL/\\$JShell\\$\\d+[A-Z]*\\$(?!\\d).*");

  private final Map<String, String> present = new HashMap<>();
  private final Map<String, Long> shapes = new HashMap<>();
  private final Map<String, Map<String, Object>> constants = new HashMap<>();
  private final List<String> notes = new ArrayList<>();

  /** Whether a class is one that a cell has declared by name, or nested in one. */
  static boolean isDeclared(String type) {
    return DECLARED.matcher(type).matches();
  }

  /** How the user knows a class. */
  static String display(String type) {
    return CellVariableException.display(type);
  }

  /** A class as the compiler wrote it. */
  void add(ClassNode node, byte[] bytes) {
    if (!isDeclared(node.name)) {
      return;
    }
    shapes.put(node.name, shape(bytes));
    Map<String, Object> now = new TreeMap<>();
    for (FieldNode each : node.fields) {
      if (each.value != null) {
        now.put(each.name, each.value);
      }
    }
    Map<String, Object> before = constants.put(FormerObjects.withoutGeneration(node.name), now);
    if (before != null) {
      before.forEach(
          (name, value) -> {
            if (now.containsKey(name) && !Objects.equals(value, now.get(name))) {
              notes.add(changed(node.name, name));
            }
          });
    }
  }

  private static String changed(String type, String constant) {
    return "the constant '"
        + display(type)
        + "."
        + constant
        + "' has another value now; functions that cells made before have the former one: the"
        + " compiler copies constants; run those cells again";
  }

  /** What is to be said of the classes that were added since the last call. */
  List<String> notes() {
    List<String> all = List.copyOf(notes);
    notes.clear();
    return all;
  }

  /** The declarations of a wrapper are valid from now on. */
  void loaded(String wrapper) {
    Matcher matcher = WRAPPER.matcher(wrapper);
    if (matcher.matches()) {
      present.put(matcher.group(1), wrapper);
    }
  }

  void remove(String type) {
    shapes.remove(type);
    present.values().remove(type);
  }

  /** The name that a class has in the generation that is valid now. */
  String present(String type) {
    Matcher matcher = WRAPPER.matcher(type);
    if (!matcher.lookingAt()) {
      return type;
    }
    String wrapper = present.get(matcher.group(1));
    return wrapper == null ? type : wrapper + type.substring(matcher.end());
  }

  /** Whether what a wrapper has, or a class, has been declared anew. */
  boolean isFormer(String type) {
    return !present(type).equals(type);
  }

  /** Whether a class that a cell has declared by name has been declared anew. */
  boolean isFormerClass(String type) {
    return isDeclared(type) && isFormer(type);
  }

  /** The classes among some that have been declared anew, with their present names. */
  Map<String, String> former(Set<String> types) {
    Map<String, String> former = new TreeMap<>();
    for (String each : types) {
      String now = present(each);
      if (!now.equals(each)) {
        former.put(each, now);
      }
    }
    return former;
  }

  /** Whether two generations of a class say the same, but for the names of other classes. */
  boolean isSame(String type, String other) {
    Long shape = shapes.get(type);
    return shape != null && shape.equals(shapes.get(other));
  }

  private static long shape(byte[] bytes) {
    ClassWriter writer = new ClassWriter(0);
    Remapper neutral =
        new Remapper(org.objectweb.asm.Opcodes.ASM9) {
          @Override
          public @Nullable String map(String internalName) {
            return FormerObjects.withoutGeneration(internalName);
          }
        };
    new ClassReader(bytes).accept(new ClassRemapper(writer, neutral), ClassReader.SKIP_DEBUG);
    CRC32C crc = new CRC32C();
    crc.update(writer.toByteArray());
    return crc.getValue();
  }
}
