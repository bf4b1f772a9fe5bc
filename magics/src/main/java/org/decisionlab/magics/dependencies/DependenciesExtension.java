// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.dependencies;

import org.decisionlab.kernel.cell.KernelScope;
import org.decisionlab.magics.arguments.MagicFamily;
import org.dflib.jjava.jupyter.Extension;
import org.dflib.jjava.jupyter.kernel.BaseKernel;

/** Brings {@code %jars} and {@code %maven} into a kernel. */
public final class DependenciesExtension implements Extension {

  @Override
  public void install(BaseKernel kernel) {
    KernelScope scope = KernelScope.of(kernel);
    MagicFamily family = new MagicFamily("Libraries", kernel);
    family.line(() -> new JarsMagic(scope));
    family.line(() -> new MavenMagic("%maven", scope, ""));
    family.cell(body -> new MavenMagic("%%maven", scope, body));
  }
}
