// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark;

import org.apache.spark.sql.Dataset;
import org.decisionlab.kernel.cell.CellContext;
import org.decisionlab.kernel.cell.CellListener;
import org.decisionlab.kernel.cell.KernelScope;
import org.decisionlab.magics.arguments.Interpolation;
import org.decisionlab.magics.arguments.MagicLine;
import org.dflib.jjava.jupyter.Extension;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;
import org.dflib.jjava.jupyter.kernel.magic.CellMagic;
import org.dflib.jjava.jupyter.kernel.magic.LineMagic;
import org.jspecify.annotations.Nullable;

/** Brings {@code %spark}, {@code %%sql} and tables of datasets into a kernel. */
public final class SparkExtension implements Extension {

  private static final int ROWS_SHOWN = 20;

  private final SparkService spark = new SparkService();
  private final CellListener jobs = new CellJobs(spark);

  @Override
  public void install(BaseKernel kernel) {
    KernelScope scope = KernelScope.of(kernel);
    LineMagic<@Nullable Object, BaseKernel> line =
        (k, arguments) ->
            MagicLine.run(
                new SparkMagic(spark, scope), Interpolation.apply(arguments, scope::evaluate));
    CellMagic<@Nullable Object, BaseKernel> sql =
        (k, arguments, body) ->
            MagicLine.run(
                new SqlMagic(spark, scope, body), Interpolation.apply(arguments, scope::evaluate));
    kernel.getMagicsRegistry().registerLineMagic("spark", line);
    kernel.getMagicsRegistry().registerCellMagic("sql", sql);
    kernel
        .getRenderer()
        .createRegistration(DatasetTable.class)
        .preferring(MIMEType.TEXT_HTML)
        .register(
            (table, context) -> {
              context.renderIfRequested(MIMEType.TEXT_HTML, table::toHtml);
              context.renderIfRequested(MIMEType.TEXT_PLAIN, table::toString);
            });
    kernel
        .getRenderer()
        .createRegistration(Dataset.class)
        .preferring(MIMEType.TEXT_HTML)
        .register(
            (dataset, context) -> {
              DatasetTable table = DatasetTable.of(dataset, ROWS_SHOWN);
              context.renderIfRequested(MIMEType.TEXT_HTML, table::toHtml);
              context.renderIfRequested(MIMEType.TEXT_PLAIN, table::toString);
            });
    scope.addListener(jobs);
  }

  @Override
  public void uninstall(BaseKernel kernel) {
    KernelScope.of(kernel).removeListener(jobs);
    spark.close();
  }

  /**
   * Puts a cell's Spark jobs in a group of their own, and cancels them when the cell is
   * interrupted.
   */
  private record CellJobs(SparkService spark) implements CellListener {

    @Override
    public void cellStarted(CellContext cell) {
      spark.nameJobs(group(cell), cell.label());
    }

    @Override
    public void cellInterrupted(CellContext cell) {
      spark.cancelJobs(group(cell));
    }

    private static String group(CellContext cell) {
      return "decisionlab-cell-" + cell.number();
    }
  }
}
