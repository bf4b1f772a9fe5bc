// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark;

import org.apache.spark.TaskContext;
import org.apache.spark.sql.Dataset;
import org.decisionlab.kernel.cell.KernelScope;
import org.decisionlab.kernel.display.ValueFailedException;
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

  private final CellJobs jobs = new CellJobs();
  private final SparkService spark = new SparkService(jobs::adopt);

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
              DatasetTable table = firstRows(dataset);
              context.renderIfRequested(MIMEType.TEXT_HTML, table::toHtml);
              context.renderIfRequested(MIMEType.TEXT_PLAIN, table::toString);
            });
    scope.addListener(jobs);
    // The threads of tasks serve all cells, whichever has started the session.
    scope.addOutputOwner(() -> TaskContext.get() == null ? null : scope.cell());
  }

  @Override
  public void uninstall(BaseKernel kernel) {
    KernelScope.of(kernel).removeListener(jobs);
    spark.close();
  }

  /** A dataset is lazy: showing it runs its jobs, which may fail or be cancelled. */
  private static DatasetTable firstRows(Dataset<?> dataset) {
    try {
      return DatasetTable.of(dataset, ROWS_SHOWN);
    } catch (Exception e) {
      throw new ValueFailedException(e);
    }
  }
}
