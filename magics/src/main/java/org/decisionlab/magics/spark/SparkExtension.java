// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark;

import org.apache.spark.sql.Dataset;
import org.decisionlab.kernel.cell.KernelScope;
import org.decisionlab.kernel.display.ValueFailedException;
import org.decisionlab.magics.arguments.MagicFamily;
import org.dflib.jjava.jupyter.Extension;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;

/** Brings {@code %spark}, {@code %%sql} and tables of datasets into a kernel. */
public final class SparkExtension implements Extension {

  private static final int ROWS_SHOWN = 20;

  private final CellJobs jobs = new CellJobs();
  private final SparkService spark = new SparkService(jobs::adopt);

  @Override
  public void install(BaseKernel kernel) {
    KernelScope scope = KernelScope.of(kernel);
    MagicFamily family = new MagicFamily("Spark", kernel);
    family.line(() -> new SparkMagic(spark, scope));
    family.cell(body -> new SqlMagic(spark, scope, body));
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
