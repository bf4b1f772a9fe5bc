// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.training;

import java.util.Optional;
import org.decisionlab.kernel.cell.KernelScope;
import org.decisionlab.training.progress.TrainingDisplay;
import org.decisionlab.training.progress.TrainingDisplays;
import org.decisionlab.training.progress.TrainingOutline;
import org.dflib.jjava.jupyter.kernel.BaseKernel;

/** Shows trainings under the running cell, when there is a kernel. */
public final class CellTrainings implements TrainingDisplays {

  @Override
  public Optional<TrainingDisplay> open(TrainingOutline outline) {
    BaseKernel kernel;
    try {
      kernel = BaseKernel.notebookKernel();
    } catch (NullPointerException e) {
      // So it answers in a program that is no kernel; there is no other way to ask.
      return Optional.empty();
    }
    return Optional.of(TrainingBoard.of(KernelScope.of(kernel).cell()).begin(outline));
  }
}
