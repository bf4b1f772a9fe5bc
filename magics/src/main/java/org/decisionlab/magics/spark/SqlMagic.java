// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark;

import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.decisionlab.kernel.cell.KernelScope;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code %%sql}: one Spark SQL statement, with sparkmagic's words for what becomes of its result.
 */
@Command(name = "%%sql", description = "Runs the body of the cell as one Spark SQL statement.")
final class SqlMagic implements Callable<@Nullable Object> {

  /** More would not be read, and would fill the page. */
  private static final int MOST_ROWS = 10_000;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "NAME",
      description = "Declares the whole result as Dataset<Row> NAME.")
  private @Nullable String name;

  @Option(
      names = {"-n", "--maxrows"},
      paramLabel = "ROWS",
      defaultValue = "20",
      description = "Rows shown (default: ${DEFAULT-VALUE}).")
  private int rows;

  @Option(
      names = {"-q", "--quiet"},
      description = "Shows nothing.")
  private boolean quiet;

  private final SparkService spark;
  private final KernelScope scope;
  private final String body;

  SqlMagic(SparkService spark, KernelScope scope, String body) {
    this.spark = spark;
    this.scope = scope;
    this.body = body;
  }

  @Override
  public @Nullable Object call() throws Exception {
    if (body.isBlank()) {
      throw new MagicUsageException("%%sql: the cell holds no statement.");
    }
    if (rows < 1 || rows > MOST_ROWS) {
      throw new MagicUsageException("%%sql: -n must be 1 to " + MOST_ROWS + ": " + rows);
    }
    Dataset<Row> result = spark.sql(body);
    if (name != null) {
      scope.bind(name, "org.apache.spark.sql.Dataset<org.apache.spark.sql.Row>", result);
    }
    return quiet ? null : DatasetTable.of(result, rows);
  }
}
