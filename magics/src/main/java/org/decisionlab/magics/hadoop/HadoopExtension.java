// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.hadoop;

import java.util.List;
import org.decisionlab.kernel.cell.KernelScope;
import org.decisionlab.kernel.completion.Candidates;
import org.dflib.jjava.jupyter.Extension;
import org.dflib.jjava.jupyter.kernel.BaseKernel;

/** Completes paths of Hadoop's file systems in strings of cells and in arguments of magics. */
public final class HadoopExtension implements Extension {

  private static final List<String> SCHEMES = List.of("hdfs", "webhdfs", "swebhdfs", "viewfs");

  private final HadoopPaths paths = new HadoopPaths(new HadoopSettings(System::getenv)::impatient);

  @Override
  public void install(BaseKernel kernel) {
    KernelScope scope = KernelScope.of(kernel);
    SCHEMES.forEach(scheme -> scope.pathCompletions(scheme, paths));
  }

  @Override
  public void uninstall(BaseKernel kernel) {
    KernelScope scope = KernelScope.of(kernel);
    SCHEMES.forEach(
        scheme -> scope.pathCompletions(scheme, (line, body, cursor) -> Candidates.none(cursor)));
    paths.close();
  }
}
