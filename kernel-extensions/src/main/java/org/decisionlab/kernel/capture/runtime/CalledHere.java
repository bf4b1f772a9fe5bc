// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture.runtime;

import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Method;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Functions that Spark calls on the driver although others of their kind run on executors: nothing
 * links them with classes that were declared anew.
 */
final class CalledHere {

  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());

  private CalledHere() {}

  /**
   * Checks a function, with those that it has captured.
   *
   * @throws CellVariableException if it was written with a class that says something else now
   */
  static void check(@Nullable Object function) {
    if (!CellSnapshot.inCarried()) {
      new CalledHere().look(function);
    }
  }

  private void look(@Nullable Object function) {
    CellHome home = function == null ? null : CellHome.of(function.getClass().getClassLoader());
    if (function == null || home == null || !seen.add(function)) {
      return;
    }
    look(home, SnapshotHolder.of(function));
    if (written(function) instanceof SerializedLambda lambda) {
      for (int i = 0; i < lambda.getCapturedArgCount(); i++) {
        if (lambda.getCapturedArg(i) instanceof CellSnapshot snapshot) {
          look(home, snapshot);
        } else {
          look(lambda.getCapturedArg(i));
        }
      }
    }
  }

  private static void look(CellHome home, @Nullable CellSnapshot snapshot) {
    CellRoot root = snapshot == null ? null : snapshot.root();
    String former = root == null ? null : home.former(root);
    if (former != null) {
      throw new CellVariableException(former);
    }
  }

  /** What a stream would write in place of a lambda; {@code null} of anything else. */
  private static @Nullable Object written(Object function) {
    if (!function.getClass().isHidden()) {
      return null;
    }
    try {
      Method replace = function.getClass().getDeclaredMethod("writeReplace");
      replace.setAccessible(true);
      return replace.invoke(function);
    } catch (NoSuchMethodException e) {
      return null;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot look into a function of " + function.getClass(), e);
    }
  }
}
