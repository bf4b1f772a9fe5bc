// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.hadoop;

import java.util.List;
import org.decisionlab.kernel.cell.KernelScope;
import org.decisionlab.kernel.completion.Candidates;
import org.decisionlab.magics.arguments.MagicFamily;
import org.decisionlab.magics.login.KernelTokens;
import org.dflib.jjava.jupyter.Extension;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.jspecify.annotations.Nullable;

/**
 * Brings {@code %hdfs} into a kernel, and completes paths of Hadoop's file systems in strings of
 * cells and in arguments of magics.
 */
public final class HadoopExtension implements Extension {

  /** The file systems that are asked, by their schemes. */
  static final List<String> SCHEMES = List.of("hdfs", "webhdfs", "swebhdfs", "viewfs");

  private final HadoopSettings settings = new HadoopSettings(System::getenv);
  private @Nullable HadoopPaths paths;

  @Override
  public void install(BaseKernel kernel) {
    KernelScope scope = KernelScope.of(kernel);
    HdfsTokens tokens = new HdfsTokens(KernelTokens.of(scope));
    HadoopPaths completer = new HadoopPaths(settings::impatient, tokens);
    paths = completer;
    SCHEMES.forEach(scheme -> scope.pathCompletions(scheme, completer));
    new MagicFamily("Files", kernel)
        .line(() -> new HdfsMagic(() -> new HdfsFiles(settings::impatient, tokens)));
  }

  @Override
  public void uninstall(BaseKernel kernel) {
    KernelScope scope = KernelScope.of(kernel);
    SCHEMES.forEach(
        scheme -> scope.pathCompletions(scheme, (line, body, cursor) -> Candidates.none(cursor)));
    HadoopPaths completer = paths;
    if (completer != null) {
      completer.close();
    }
  }
}
