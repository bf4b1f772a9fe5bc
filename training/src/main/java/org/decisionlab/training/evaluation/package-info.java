/** What a model is worth: ranking, calibration, trivial baselines, thresholds. */
@NullMarked
package org.decisionlab.training.evaluation;

import org.jspecify.annotations.NullMarked;
