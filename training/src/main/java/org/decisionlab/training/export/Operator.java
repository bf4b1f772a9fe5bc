// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.export;

import org.decisionlab.models.graph.Node;

/** Records one array operation in the graph. */
@FunctionalInterface
interface Operator {

  /**
   * The node of the operation's result.
   *
   * @throws ExportRefusedException when the operation cannot be exported with these operands
   */
  Node record(OperatorCall call);
}
