// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.cell;

/** A display that can be replaced in place. Usable from any thread. */
public interface DisplayHandle {

  /** The display id of the Jupyter protocol. */
  String id();

  /**
   * Replaces what is shown.
   *
   * @param value any object, or a bundle of MIME data
   */
  void update(Object value);
}
