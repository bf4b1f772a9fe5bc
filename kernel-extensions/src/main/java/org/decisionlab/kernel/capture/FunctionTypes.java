// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture;

import java.util.List;
import java.util.regex.Pattern;
import org.objectweb.asm.Type;

/** The interfaces of libraries by which functions are handed over. */
final class FunctionTypes {

  /** Internal names; what Spark calls is named so that Spark need not be there. */
  private static final Pattern FUNCTIONS =
      Pattern.compile(
          "java/util/function/\\w+|java/util/Comparator|java/util/concurrent/Callable"
              + "|java/lang/Runnable|scala/Function\\d+|scala/math/Ordering"
              + "|org/apache/spark/api/java/function/\\w+|org/apache/spark/sql/api/java/UDF\\d+");

  private FunctionTypes() {}

  /** Whether objects of a type are functions of which libraries know. */
  static boolean isFunction(Type type) {
    return type.getSort() == Type.OBJECT && FUNCTIONS.matcher(type.getInternalName()).matches();
  }

  /** Whether one of some types is such a function. */
  static boolean anyIn(List<Type> types) {
    return types.stream().anyMatch(FunctionTypes::isFunction);
  }
}
