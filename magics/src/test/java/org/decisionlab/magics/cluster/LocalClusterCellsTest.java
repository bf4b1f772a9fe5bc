// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * The table of cells with an executor process of the kernel's own; every fourth row of it, all of
 * them with {@code -Ddecisionlab.cells.full=true}.
 */
class LocalClusterCellsTest extends CellsOnSpark {

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    open(folder).ownSession("local-cluster[1,2,768]");
  }

  /** In place of the whole table. */
  static Stream<CellCase> cells() {
    return some(4, 0);
  }
}
