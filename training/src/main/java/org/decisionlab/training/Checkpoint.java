// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import java.util.List;
import java.util.Map;

/**
 * A training between two epochs: all that decides how it goes on. The order of the rows and the
 * engine's random numbers are drawn from seed and epoch, so they need not be kept.
 *
 * @param identity what the training is, by what it is about; another training must not go on with
 *     it
 * @param history the epochs so far
 * @param now the parameters after the last epoch
 * @param best those of the best epoch
 * @param optimizer what the optimiser remembers
 */
record Checkpoint(
    Map<String, String> identity,
    List<EpochResult> history,
    Snapshot now,
    Snapshot best,
    OptimizerState.Saved optimizer) {}
