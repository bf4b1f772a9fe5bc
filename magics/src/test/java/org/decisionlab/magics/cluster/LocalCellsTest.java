// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * The table of cells with executors inside the kernel's own process; every second row of it, all of
 * them with {@code -Ddecisionlab.cells.full=true}. The whole of it runs on a standalone cluster,
 * where more can go wrong.
 */
class LocalCellsTest extends CellsOnSpark {

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    open(folder).ownSession("local[2]");
  }

  /** Rows of the table, and what only a single process has to bear. */
  static Stream<CellCase> cells() {
    return Stream.concat(
        some(2, 1),
        Stream.concat(ActionCells.inOneProcess().stream(), RefusalCells.inOneProcess().stream()));
  }
}
