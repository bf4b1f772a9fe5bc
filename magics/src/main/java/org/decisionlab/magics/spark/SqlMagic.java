// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark;

import java.util.List;
import java.util.concurrent.Callable;
import javax.lang.model.SourceVersion;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.parser.ParseException;
import org.decisionlab.kernel.cell.KernelScope;
import org.decisionlab.kernel.cell.Notebook;
import org.decisionlab.kernel.display.DisplayLimits;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.decisionlab.kernel.magic.Template;
import org.decisionlab.magics.spark.jobs.CellJobs;
import org.decisionlab.magics.spark.jobs.KeptShuffles;
import org.decisionlab.magics.spark.sql.BoundSql;
import org.decisionlab.magics.spark.sql.SqlChart;
import org.decisionlab.magics.spark.sql.SqlText;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code %%sql}: Spark SQL, with sparkmagic's words for what becomes of its result. */
@Command(
    name = "%%sql",
    description =
        "Runs the body of the cell as Spark SQL, statement by statement; starts a Spark session"
            + " if none is running.")
final class SqlMagic implements Callable<@Nullable Object> {

  /** More would not be read, and would fill the page. */
  private static final int MOST_ROWS = 10_000;

  /** A sample is the same each time it is computed. */
  private static final long SEED = 42;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "NAME",
      description = "Declares the result, all of its rows, as Dataset<Row> NAME.")
  private @Nullable String name;

  @Option(
      names = {"-n", "--maxrows"},
      paramLabel = "ROWS",
      description = "Rows shown (default: as many as of every table, limits().rows()).")
  private @Nullable Integer rows;

  @Option(
      names = {"-q", "--quiet"},
      description = "Shows nothing.")
  private boolean quiet;

  @Option(
      names = {"-r", "--samplefraction"},
      paramLabel = "FRACTION",
      description =
          "Takes a random sample of the result, always the same one: this share of its rows.")
  private @Nullable Double fraction;

  @Option(
      names = "--plot",
      arity = "2..3",
      paramLabel = "KIND X [Y]",
      description = "Draws columns X and Y: line, bar, scatter; or X alone: hist.")
  private @Nullable List<String> plot;

  private final SparkWords words;
  private final SparkService spark;
  private final KernelScope scope;
  private final CellJobs jobs;
  private final KeptShuffles shuffles;
  private final String body;

  SqlMagic(SparkTools tools, String body) {
    this.words = tools.words();
    this.spark = tools.service();
    this.scope = tools.scope();
    this.jobs = tools.jobs();
    this.shuffles = tools.shuffles();
    this.body = body;
  }

  @Override
  public @Nullable Object call() throws Exception {
    SqlChart chart = checked();
    List<SqlText.Statement> statements = SqlText.of(body).statements();
    if (statements.isEmpty()) {
      throw new MagicUsageException("%%sql: the cell holds no statement.");
    }
    words.session();
    try {
      for (int i = 0; i < statements.size() - 1; i++) {
        Dataset<Row> result = result(statements, i);
        if (!quiet && !result.schema().isEmpty()) {
          scope.cell().display(DatasetTable.of(result, limits()));
        }
      }
      return shown(result(statements, statements.size() - 1), chart);
    } finally {
      jobs.describe(null);
    }
  }

  private @Nullable SqlChart checked() throws MagicUsageException {
    if (rows != null && (rows < 1 || rows > MOST_ROWS)) {
      throw new MagicUsageException("%%sql: -n must be 1 to " + MOST_ROWS + ": " + rows);
    }
    if (name != null && !SourceVersion.isName(name)) {
      throw new MagicUsageException("%%sql: -o must be the name of a variable: " + name);
    }
    if (fraction != null && !(fraction > 0 && fraction <= 1)) {
      throw new MagicUsageException("%%sql: -r must be above 0 and at most 1: " + fraction);
    }
    if (plot != null && quiet) {
      throw new MagicUsageException("%%sql: -q shows nothing, --plot draws; one of them is meant");
    }
    return plot == null ? null : SqlChart.of(plot);
  }

  private DisplayLimits limits() {
    return rows == null ? Notebook.limits() : Notebook.limits().rows(rows);
  }

  private @Nullable Object shown(Dataset<Row> all, @Nullable SqlChart chart) throws Exception {
    Dataset<Row> result = fraction == null ? all : all.sample(false, fraction, SEED);
    if (name != null) {
      scope.bind(name, "org.apache.spark.sql.Dataset<org.apache.spark.sql.Row>", result);
    }
    if (chart != null) {
      return chart.draw(result);
    }
    return quiet || result.schema().isEmpty() ? null : DatasetTable.of(result, limits());
  }

  /** Runs one statement; a query is not computed yet. */
  private Dataset<Row> result(List<SqlText.Statement> statements, int index)
      throws MagicUsageException {
    shuffles.beforeAction();
    SqlText.Statement statement = statements.get(index);
    String place =
        statements.size() == 1
            ? "%%sql: "
            : "%%sql: statement "
                + (index + 1)
                + " of "
                + statements.size()
                + " (line "
                + (statement.line() + 1)
                + " of the cell)"
                + (index == 0 ? ": " : ", those before it have run: ");
    BoundSql bound =
        BoundSql.of(
            statement.sql(),
            expression -> Template.value(expression, scope::evaluate),
            literalsHaveEscapes());
    jobs.describe(statement.sql());
    try {
      return spark.sql(bound.sql(), bound.parameters());
    } catch (ParseException e) {
      throw new MagicUsageException(place + reason(String.valueOf(e.getMessage()), bound));
    } catch (AnalysisException e) {
      throw new MagicUsageException(place + reason(e.getSimpleMessage(), bound));
    }
  }

  private static String reason(String message, BoundSql bound) {
    boolean aboutParameter =
        bound.parameters().keySet().stream().anyMatch(each -> message.contains("':'"));
    return message.strip()
        + (aboutParameter
            ? "\nA value cannot stand everywhere; for the name of a table or column write"
                + " IDENTIFIER(${...})."
            : "");
  }

  private boolean literalsHaveEscapes() {
    var conf = spark.session().conf();
    return !Boolean.parseBoolean(conf.get("spark.sql.parser.escapedStringLiterals", "false"))
        && !Boolean.parseBoolean(conf.get("spark.sql.ansi.doubleQuotedIdentifiers", "false"));
  }
}
