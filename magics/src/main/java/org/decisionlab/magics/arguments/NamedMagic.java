// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.arguments;

/** A command that goes by several names: which one is known when it is made, not when written. */
public interface NamedMagic {

  /** The name, with {@code %} or {@code %%}. */
  String magicName();
}
