// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.tfaas;

import org.decisionlab.kernel.cell.KernelScope;
import org.decisionlab.magics.arguments.CommandCompleter;
import org.decisionlab.magics.arguments.Interpolation;
import org.decisionlab.magics.arguments.MagicLine;
import org.dflib.jjava.jupyter.Extension;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.magic.LineMagic;
import org.jspecify.annotations.Nullable;

/** Brings {@code %tfaas} into a kernel. */
public final class TfaasExtension implements Extension {

  @Override
  public void install(BaseKernel kernel) {
    KernelScope scope = KernelScope.of(kernel);
    Interpolation.Scope cells = scope::evaluate;
    LineMagic<@Nullable Object, BaseKernel> magic =
        (k, arguments) ->
            MagicLine.run(
                new TfaasMagic(cells, System::getenv), Interpolation.apply(arguments, cells));
    kernel.getMagicsRegistry().registerLineMagic("tfaas", magic);
    scope.completions(
        "tfaas", new CommandCompleter(() -> new TfaasMagic(cells, System::getenv), scope::paths));
  }
}
