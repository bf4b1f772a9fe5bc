// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.session;

import org.decisionlab.kernel.cell.KernelScope;
import org.decisionlab.magics.arguments.MagicFamily;
import org.dflib.jjava.jupyter.Extension;
import org.dflib.jjava.jupyter.kernel.BaseKernel;

/** Brings {@code %who}, {@code %whos}, {@code %reset} and {@code %load} into a kernel. */
public final class SessionExtension implements Extension {

  @Override
  public void install(BaseKernel kernel) {
    KernelScope scope = KernelScope.of(kernel);
    MagicFamily family = new MagicFamily("Session", kernel);
    family.line(() -> new WhoMagic(scope));
    family.line(() -> new WhosMagic(scope));
    family.line(() -> new ResetMagic(scope));
    family.line(() -> new LoadMagic(scope));
  }
}
