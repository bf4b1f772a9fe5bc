// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import java.util.List;
import org.decisionlab.kernel.cell.CellSession;
import org.decisionlab.kernel.cell.CodeWatch;
import org.decisionlab.kernel.cell.Declaration;
import org.decisionlab.kernel.cell.FramedCode;
import org.decisionlab.kernel.engine.CellEngine;
import org.decisionlab.kernel.engine.Outcome;
import org.jspecify.annotations.Nullable;

/** What the cells of a kernel have declared, as extensions see it. */
record KernelSession(CellEngine engine, CellRunner runner, Runnable forgotten)
    implements CellSession {

  @Override
  public List<Declaration> declarations() throws Exception {
    return engine.declarations().list();
  }

  @Override
  public void reset() throws Exception {
    engine.declarations().drop();
    forgotten.run();
  }

  @Override
  public @Nullable Object run(FramedCode code, CodeWatch watch) throws Exception {
    return value(engine.thread().call(() -> runner.runWithin(code, watch)));
  }

  /** The value of code that has ended well; throws what ended it otherwise. */
  static @Nullable Object value(Outcome outcome) throws Exception {
    if (outcome.failure() instanceof Exception failure) {
      throw failure;
    }
    if (outcome.failure() instanceof Error failure) {
      throw failure;
    }
    return outcome.value();
  }
}
