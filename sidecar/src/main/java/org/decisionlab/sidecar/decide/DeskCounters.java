// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.decide;

/**
 * What was asked and answered since the program started.
 *
 * @param questions questions answered
 * @param stored answers that said to store
 * @param byModel answers of a model
 * @param byDefault answers given because there was no model, or it failed
 * @param modelFailures questions at which the model failed
 * @param layers layers that have a history
 * @param files files remembered, over all layers
 * @param late openings not remembered because they came after a newer one
 * @param truncations files forgotten early because of the bound
 * @param unwritten openings that the journal could not take
 */
public record DeskCounters(
    long questions,
    long stored,
    long byModel,
    long byDefault,
    long modelFailures,
    int layers,
    long files,
    long late,
    long truncations,
    long unwritten) {}
