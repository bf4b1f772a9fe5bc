// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Type;

/**
 * What becomes of a lambda or a method reference.
 *
 * @param site how the compiler wrote it
 * @param code what runs; a method that enters the snapshot of the function if it has one
 * @param carries whether the function holds a snapshot, as its last captured argument
 * @param direct what runs where the values of the variables that the body reads are known, or
 *     {@code null}
 */
record LambdaPlan(LambdaSite site, Handle code, boolean carries, @Nullable Direct direct) {

  /**
   * A copy of the body with variables as captured arguments.
   *
   * @param values these variables
   * @param body the copy
   * @param code what runs: the copy, or a method that enters the snapshot first
   * @param pure whether the copy needs no snapshot
   */
  record Direct(List<Variable> values, Handle body, Handle code, boolean pure) {

    List<Type> types() {
      return values.stream().map(each -> Type.getType(each.descriptor())).toList();
    }
  }

  /** The captured arguments of the function. */
  List<Type> captured() {
    List<Type> all = new ArrayList<>(site.captured());
    if (carries) {
      all.add(Emit.SNAPSHOT);
    }
    return all;
  }

  /** The captured arguments of the copy with values. */
  static List<Type> captured(LambdaSite site, Direct direct) {
    List<Type> all = new ArrayList<>(site.captured());
    all.addAll(direct.types());
    if (!direct.pure()) {
      all.add(Emit.SNAPSHOT);
    }
    return all;
  }

  /** The method that the search for variables begins with. */
  static String entry(LambdaSite site) {
    Handle body = site.body();
    return body.getOwner() + "." + body.getName() + body.getDesc();
  }
}
