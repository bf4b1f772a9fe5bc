// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.export;

import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.decisionlab.models.graph.Node;
import org.jspecify.annotations.Nullable;

/** Records one array operation in the graph. */
@FunctionalInterface
interface Operator {

  /**
   * The nodes of the operation's results, in order; null for one that must not be used.
   *
   * @throws ExportRefusedException when the operation cannot be exported with these operands
   */
  List<@Nullable Node> record(OperatorCall call);

  /** Why a result that was recorded as null must not be used. */
  default TracedArray.Standing leftOut() {
    return TracedArray.Standing.INSIDE;
  }

  /** An operator with one result. */
  static Operator of(Function<OperatorCall, Node> single) {
    return call -> Collections.singletonList(single.apply(call));
  }
}
