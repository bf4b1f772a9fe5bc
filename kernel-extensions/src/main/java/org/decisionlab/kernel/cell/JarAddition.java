// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.cell;

import java.nio.file.Path;
import java.util.List;

/**
 * What came of adding jars to the class path of the cells.
 *
 * @param added the jars that were not there before, absolute, in the order they were named
 * @param warnings one line each: classes that another jar has already, jars that have changed
 */
public record JarAddition(List<Path> added, List<String> warnings) {

  public JarAddition {
    added = List.copyOf(added);
    warnings = List.copyOf(warnings);
  }
}
