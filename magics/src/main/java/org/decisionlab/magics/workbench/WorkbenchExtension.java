// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.workbench;

import java.util.List;
import org.decisionlab.kernel.cell.KernelScope;
import org.dflib.jjava.jupyter.Extension;
import org.dflib.jjava.jupyter.kernel.BaseKernel;

/**
 * Imports the words of the lab into every notebook, so that cells can begin with the matter, and
 * lets arrays of models be shown.
 */
public final class WorkbenchExtension implements Extension {

  /** Names that occur in several libraries are imported one by one: those of Spark and Tablesaw. */
  static final List<String> IMPORTS =
      List.of(
          "org.apache.spark.sql.Dataset",
          "org.apache.spark.sql.Row",
          "org.apache.spark.sql.SparkSession",
          "org.decisionlab.core.access.*",
          "org.decisionlab.core.decision.*",
          "org.decisionlab.core.feature.*",
          "org.decisionlab.core.name.*",
          "org.decisionlab.core.unit.*",
          "org.decisionlab.data.*",
          "org.decisionlab.data.record.Records",
          "org.decisionlab.magics.workbench.Charts",
          "org.decisionlab.models.bundle.*",
          "org.decisionlab.models.decision.*",
          "org.decisionlab.models.tfaas.*",
          "org.decisionlab.simulator.cache.*",
          "org.decisionlab.simulator.generate.*",
          "org.decisionlab.simulator.replay.*",
          "org.decisionlab.simulator.trace.*",
          "org.decisionlab.training.*",
          "org.decisionlab.training.evaluation.*",
          "org.decisionlab.training.export.*",
          "org.decisionlab.training.trees.*",
          "org.knowm.xchart.*",
          "org.knowm.xchart.style.markers.SeriesMarkers",
          "tech.tablesaw.api.Table");

  @Override
  public void install(BaseKernel kernel) {
    ArrayRendering.register(kernel.getRenderer());
    try {
      KernelScope.of(kernel).addImports(IMPORTS);
    } catch (Exception e) {
      throw new IllegalStateException("the imports of the lab cannot be made", e);
    }
  }
}
