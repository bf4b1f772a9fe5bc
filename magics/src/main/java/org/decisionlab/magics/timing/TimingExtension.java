// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.timing;

import org.decisionlab.kernel.cell.KernelScope;
import org.decisionlab.magics.arguments.MagicFamily;
import org.dflib.jjava.jupyter.Extension;
import org.dflib.jjava.jupyter.kernel.BaseKernel;

/** Brings {@code %time} and {@code %timeit} into a kernel. */
public final class TimingExtension implements Extension {

  @Override
  public void install(BaseKernel kernel) {
    KernelScope scope = KernelScope.of(kernel);
    MagicFamily family = new MagicFamily("Timing", kernel);
    family.code(
        () -> new TimeMagic("%time", scope, ""), body -> new TimeMagic("%%time", scope, body));
    family.code(
        () -> new TimeitMagic("%timeit", scope, ""),
        body -> new TimeitMagic("%%timeit", scope, body));
  }
}
