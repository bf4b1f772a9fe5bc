// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.tfaas;

import org.decisionlab.kernel.cell.KernelScope;
import org.decisionlab.magics.arguments.MagicFamily;
import org.decisionlab.magics.login.KernelTokens;
import org.dflib.jjava.jupyter.Extension;
import org.dflib.jjava.jupyter.kernel.BaseKernel;

/** Brings {@code %tfaas} into a kernel. */
public final class TfaasExtension implements Extension {

  @Override
  public void install(BaseKernel kernel) {
    KernelScope scope = KernelScope.of(kernel);
    TfaasTokens tokens = new TfaasTokens(KernelTokens.of(scope), System::getenv);
    new MagicFamily("Models", kernel)
        .line(() -> new TfaasMagic(scope::evaluate, System::getenv, tokens));
  }
}
