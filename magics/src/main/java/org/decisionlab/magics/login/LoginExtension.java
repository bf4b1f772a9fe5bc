// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.login;

import org.decisionlab.kernel.cell.KernelScope;
import org.decisionlab.magics.arguments.MagicFamily;
import org.decisionlab.magics.system.ChildEnvironment;
import org.dflib.jjava.jupyter.Extension;
import org.dflib.jjava.jupyter.kernel.BaseKernel;

/** Brings {@code %login} into a kernel, and ends what its tokens have started. */
public final class LoginExtension implements Extension {

  @Override
  public void install(BaseKernel kernel) {
    KernelScope scope = KernelScope.of(kernel);
    KernelTokens tokens = KernelTokens.of(scope);
    ChildEnvironment children = ChildEnvironment.of(scope);
    new MagicFamily("Identity", kernel).line(() -> new LoginMagic(tokens, children));
  }

  @Override
  public void uninstall(BaseKernel kernel) {
    KernelTokens.of(KernelScope.of(kernel)).close();
  }
}
