// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark;

import java.util.concurrent.Callable;
import javax.lang.model.SourceVersion;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.parser.ParseException;
import org.decisionlab.kernel.cell.KernelScope;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.decisionlab.kernel.magic.Template;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code %%sql}: one Spark SQL statement, with sparkmagic's words for what becomes of its result.
 */
@Command(
    name = "%%sql",
    description =
        "Runs the body of the cell as one Spark SQL statement; starts a Spark session if none is"
            + " running.")
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
    if (name != null && !SourceVersion.isName(name)) {
      throw new MagicUsageException("%%sql: -o must be the name of a variable: " + name);
    }
    if (SparkService.running().isEmpty()) {
      SparkMagic.declare(scope, spark.session());
    }
    Dataset<Row> result = result(Template.parse(body).fill(scope::evaluate));
    if (name != null) {
      scope.bind(name, "org.apache.spark.sql.Dataset<org.apache.spark.sql.Row>", result);
    }
    return quiet || result.schema().isEmpty() ? null : DatasetTable.of(result, rows);
  }

  private Dataset<Row> result(String statement) throws MagicUsageException {
    try {
      return spark.sql(statement);
    } catch (ParseException e) {
      throw new MagicUsageException("%%sql: " + String.valueOf(e.getMessage()).strip());
    } catch (AnalysisException e) {
      throw new MagicUsageException("%%sql: " + e.getSimpleMessage().strip());
    }
  }
}
