// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.decisionlab.kernel.capture.MethodFacts.Member;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * What is known of a class of a cell.
 *
 * @param name its internal name
 * @param access its modifiers
 * @param superName internal name of its superclass
 * @param interfaces internal names of its interfaces
 * @param wrapper whether it holds declarations of the notebook
 * @param unnamed whether it is anonymous or local
 * @param keepsFunctions whether its objects have functions in fields that code of libraries types
 * @param fields its fields, by name and descriptor
 * @param variables its static fields whose values are more than code, by name
 * @param methods its methods, by name and descriptor
 */
record ClassFacts(
    String name,
    int access,
    String superName,
    List<String> interfaces,
    boolean wrapper,
    boolean unnamed,
    boolean keepsFunctions,
    Set<String> fields,
    Map<String, Variable> variables,
    Map<String, MethodFacts> methods) {

  /** Descriptors of types whose objects hold others: arrays and what is in java.util. */
  private static final Pattern CONTAINER = Pattern.compile("\\[|Ljava/util/(?:concurrent/)?\\w+;");

  /** The package of all cells. */
  private static final String CELLS = "REPL/";

  /** Types that say nothing about who calls the methods of a class. */
  private static final Set<String> PLAIN =
      Set.of(
          "java/lang/Object",
          "java/lang/Record",
          "java/lang/Enum",
          "java/lang/constant/Constable",
          "java/lang/Cloneable",
          "java/lang/Comparable",
          "java/io/Serializable",
          "java/io/Externalizable");

  static ClassFacts of(ClassNode node) {
    boolean wrapper = node.nestHostClass == null;
    Map<String, Variable> variables = new HashMap<>();
    for (FieldNode field : node.fields) {
      Variable variable = variable(node, field);
      if (variable != null) {
        variables.put(field.name, variable);
      }
    }
    Map<String, MethodFacts> methods = new HashMap<>();
    for (MethodNode method : node.methods) {
      if (!method.name.equals("$deserializeLambda$")) {
        methods.put(method.name + method.desc, MethodFacts.of(method));
      }
    }
    return new ClassFacts(
        node.name,
        node.access,
        node.superName,
        node.interfaces,
        wrapper,
        node.outerClass != null,
        node.fields.stream().anyMatch(ClassFacts::isFunction),
        node.fields.stream().map(each -> each.name + each.desc).collect(Collectors.toSet()),
        variables,
        methods);
  }

  private static boolean isFunction(FieldNode field) {
    return (field.access & Opcodes.ACC_STATIC) == 0
        && FunctionTypes.isFunction(Type.getType(field.desc));
  }

  static boolean isCell(String internalName) {
    return internalName.startsWith(CELLS);
  }

  /** Whether a method holds the statements of a cell; it runs on the driver only. */
  static boolean isTopLevel(String method) {
    return method.startsWith("do_it$");
  }

  /** The methods of the notebook that this class declares. */
  List<Member> notebookMethods() {
    if (!wrapper) {
      return List.of();
    }
    return methods.entrySet().stream()
        .filter(each -> each.getValue().isDeclared())
        .map(each -> each.getKey().split("(?=\\()", 2))
        .filter(each -> !isTopLevel(each[0]))
        .map(each -> new Member(name, each[0], each[1]))
        .toList();
  }

  /** Internal names of its superclass and interfaces. */
  Set<String> supertypes() {
    Set<String> all = new HashSet<>(interfaces);
    all.add(superName);
    return all;
  }

  boolean isInterface() {
    return (access & Opcodes.ACC_INTERFACE) != 0;
  }

  /** Whether a type says nothing about who calls the methods of its subtypes. */
  static boolean isPlain(String internalName) {
    return PLAIN.contains(internalName);
  }

  boolean isEnum() {
    return (access & Opcodes.ACC_ENUM) != 0;
  }

  boolean isRecord() {
    return superName.equals("java/lang/Record");
  }

  /** Whether its objects cannot hold a snapshot. */
  boolean isBare() {
    return isInterface() || isEnum();
  }

  private static @Nullable Variable variable(ClassNode owner, FieldNode field) {
    int not = Opcodes.ACC_SYNTHETIC | Opcodes.ACC_ENUM;
    boolean ofObject = (field.access & Opcodes.ACC_STATIC) == 0;
    if ((field.access & not) != 0 || field.value != null || (ofObject && !isState(owner, field))) {
      return null;
    }
    boolean constant = (field.access & Opcodes.ACC_FINAL) != 0;
    boolean wrapper = owner.nestHostClass == null;
    String type = owner.name.replace('/', '.');
    String key = wrapper && !constant ? field.name : type + "." + field.name;
    return new Variable(key, type, field.name, field.desc, constant, ofObject);
  }

  /** Whether constants of an enum have something in a field that may change. */
  private static boolean isState(ClassNode owner, FieldNode field) {
    return (owner.access & Opcodes.ACC_ENUM) != 0
        && ((field.access & Opcodes.ACC_FINAL) == 0 || CONTAINER.matcher(field.desc).lookingAt());
  }
}
