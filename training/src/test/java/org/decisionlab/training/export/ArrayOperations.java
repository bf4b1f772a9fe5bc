// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Operations of arrays by name, as tests take them one by one, and DJL that computes them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ArrayOperations {

  final NDManager manager = NDManager.newBaseManager("PyTorch");

  @TempDir Path folder;

  private final List<Named<UnaryOperator<NDArray>>> operations = new ArrayList<>();

  @AfterAll
  final void close() {
    manager.close();
  }

  /** One more of the list that is being made. */
  final void operation(String name, UnaryOperator<NDArray> function) {
    operations.add(Named.of(name, function));
  }

  /** The operations that these name, in their order. */
  final Stream<Named<UnaryOperator<NDArray>>> named(Runnable... lists) {
    operations.clear();
    for (Runnable list : lists) {
      list.run();
    }
    return List.copyOf(operations).stream();
  }

  /** A truth as 0 or 1. */
  static NDArray number(NDArray truth) {
    return truth.toType(DataType.FLOAT32, false);
  }
}
