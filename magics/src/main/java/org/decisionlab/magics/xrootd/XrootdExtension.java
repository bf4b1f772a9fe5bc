// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.xrootd;

import org.decisionlab.kernel.cell.KernelScope;
import org.decisionlab.magics.arguments.MagicFamily;
import org.decisionlab.magics.login.KernelTokens;
import org.decisionlab.magics.system.ChildEnvironment;
import org.dflib.jjava.jupyter.Extension;
import org.dflib.jjava.jupyter.kernel.BaseKernel;

/** Brings {@code %xrootd} into a kernel. */
public final class XrootdExtension implements Extension {

  @Override
  public void install(BaseKernel kernel) {
    KernelScope scope = KernelScope.of(kernel);
    KernelTokens tokens = KernelTokens.of(scope);
    ChildEnvironment children = ChildEnvironment.of(scope);
    new MagicFamily("Files", kernel)
        .line(
            () ->
                new XrootdMagic(
                    () -> new RemoteFiles(new FileTokens(tokens), children::forChildren)));
  }
}
