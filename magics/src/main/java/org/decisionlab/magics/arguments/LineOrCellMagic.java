// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.arguments;

import org.decisionlab.kernel.cell.KernelScope;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A magic that there is for a line and for a cell; its name tells which of them is meant. */
public abstract class LineOrCellMagic {

  private final String name;
  private final KernelScope scope;
  private final String body;

  /**
   * @param name the magic as it is written, {@code %name} or {@code %%name}
   * @param scope the kernel
   * @param body the cell below a cell magic; empty for a line magic
   */
  protected LineOrCellMagic(String name, KernelScope scope, String body) {
    this.name = name;
    this.scope = scope;
    this.body = body;
  }

  @Spec
  final void named(CommandSpec spec) {
    spec.name(name);
  }

  /** The magic as it is written. */
  protected final String name() {
    return name;
  }

  /** The kernel. */
  protected final KernelScope scope() {
    return scope;
  }

  /** The cell below a cell magic; empty for a line magic. */
  protected final String body() {
    return body;
  }
}
