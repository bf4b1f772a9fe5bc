// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * The table of cells with an executor process of the kernel's own; every fourth row of it, all of
 * them with {@code -Ddecisionlab.cells.full=true}.
 */
class LocalClusterCellsTest extends CellsOnSpark {

  private static final int STEP = Boolean.getBoolean("decisionlab.cells.full") ? 1 : 4;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    open("local-cluster[1,2,768]", folder);
  }

  /** In place of the whole table. */
  static Stream<CellCase> cells() {
    List<CellCase> all = CellsOnSpark.cells().toList();
    return IntStream.range(0, all.size()).filter(i -> i % STEP == 0).mapToObj(all::get);
  }
}
