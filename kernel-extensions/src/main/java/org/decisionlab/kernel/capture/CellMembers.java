// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.decisionlab.kernel.capture.MethodFacts.Member;
import org.decisionlab.kernel.capture.runtime.FormerObjects;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * What code outside of a class of a cell can use of it.
 *
 * @param graph knows the classes of cells
 */
record CellMembers(CellGraph graph) {

  /** Whether a class of the cells, or one of cells above it, has a field or a method. */
  boolean has(Member member, boolean isStatic) {
    ClassFacts facts = graph.get(member.owner());
    if (facts == null) {
      return isOfLibrary(member);
    }
    String signature = member.name() + member.descriptor();
    MethodFacts method = facts.methods().get(signature);
    if (method != null) {
      return method.isStatic() == isStatic && (method.access() & Opcodes.ACC_PRIVATE) == 0;
    }
    return facts.fields().contains(signature)
        || (!member.name().equals("<init>")
            && facts.supertypes().stream()
                .map(each -> new Member(each, member.name(), member.descriptor()))
                .anyMatch(each -> has(each, isStatic)));
  }

  /** Whether a type outside of cells may have a method: of libraries nothing is known here. */
  private static boolean isOfLibrary(Member member) {
    if (!ClassFacts.isPlain(member.owner())) {
      return !ClassFacts.isCell(member.owner());
    }
    try {
      return Stream.of(Class.forName(member.owner().replace('/', '.')).getMethods())
          .anyMatch(
              each ->
                  each.getName().equals(member.name())
                      && Type.getMethodDescriptor(each).equals(member.descriptor()));
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("a class of the JDK is not there: " + member.owner(), e);
    }
  }

  /** What a class may be used as, but for what tells generations apart. */
  Set<String> kinds(String type) {
    Set<String> all = new HashSet<>();
    ClassFacts facts = graph.get(type);
    if (facts != null) {
      all.add(facts.isInterface() ? "interface" : "class");
      if ((facts.access() & Opcodes.ACC_ABSTRACT) == 0) {
        all.add("made by new");
      }
      for (String each : facts.supertypes()) {
        all.add(FormerObjects.withoutGeneration(each));
        all.addAll(kinds(each));
      }
    }
    return all;
  }
}
