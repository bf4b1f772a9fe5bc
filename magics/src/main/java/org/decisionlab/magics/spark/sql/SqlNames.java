// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.sql;

import java.util.List;

/** What a statement may name. */
public interface SqlNames {

  /** Tables and views, those of the current database. */
  List<String> tables();

  /**
   * Columns of a table; none where there is no such table.
   *
   * @param table its name, with or without that of its database
   */
  List<String> columns(String table);
}
