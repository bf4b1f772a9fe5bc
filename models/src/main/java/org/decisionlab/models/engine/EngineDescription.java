// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.engine;

import java.util.Set;

/**
 * What an engine is.
 *
 * @param name short name by which it is chosen, such as {@code onnxruntime}
 * @param version its version
 * @param formats what it reads
 * @param isNative whether it runs code of the machine, which is loaded at first use
 */
public record EngineDescription(
    String name, String version, Set<ModelFormat> formats, boolean isNative) {

  /** Copies. */
  public EngineDescription {
    formats = Set.copyOf(formats);
  }

  @Override
  public String toString() {
    return name + " " + version;
  }
}
