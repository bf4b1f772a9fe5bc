// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalog.Column;
import org.apache.spark.sql.catalog.Table;
import org.decisionlab.magics.spark.sql.SqlNames;

/** The tables of the running session; none where none runs, since typing starts nothing. */
final class SessionNames implements SqlNames {

  @Override
  public List<String> tables() {
    List<String> names = new ArrayList<>();
    SparkService.running()
        .ifPresent(
            session -> {
              for (Table table : (Table[]) session.catalog().listTables().collect()) {
                names.add(table.name());
              }
            });
    return names;
  }

  @Override
  public List<String> columns(String table) {
    List<String> names = new ArrayList<>();
    SparkService.running().ifPresent(session -> add(session, table, names));
    return names;
  }

  private static void add(SparkSession session, String table, List<String> names) {
    try {
      for (Column column : (Column[]) session.catalog().listColumns(table).collect()) {
        names.add(column.name());
      }
    } catch (AnalysisException e) {
      // A name that is being typed need not be that of a table.
      return;
    }
  }
}
