// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.system;

import org.decisionlab.kernel.cell.KernelScope;
import org.decisionlab.magics.arguments.MagicFamily;
import org.dflib.jjava.jupyter.Extension;
import org.dflib.jjava.jupyter.kernel.BaseKernel;

/** Brings {@code %env}, {@code %log}, {@code %%writefile} and {@code %%bash} into a kernel. */
public final class SystemExtension implements Extension {

  /** Environment variable of the kernel that allows {@code %%bash}, with the value {@code true}. */
  static final String BASH = "DECISIONLAB_BASH";

  private final LogTail tail = new LogTail();

  @Override
  public void install(BaseKernel kernel) {
    KernelScope scope = KernelScope.of(kernel);
    ChildEnvironment environment = ChildEnvironment.of(scope);
    boolean bash = "true".equals(System.getenv(BASH));
    MagicFamily family = new MagicFamily("System", kernel);
    family.line(() -> new EnvMagic(environment));
    family.line(() -> new LogMagic(tail));
    family.cell(WriteFileMagic::new);
    family.cell(body -> new BashMagic(scope, environment, bash, body));
    tail.attach();
  }

  @Override
  public void uninstall(BaseKernel kernel) {
    tail.detach();
  }
}
