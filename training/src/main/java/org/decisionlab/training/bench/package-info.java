/** Measurements of trainings and exports, for {@code lab bench}. */
@NullMarked
package org.decisionlab.training.bench;

import org.jspecify.annotations.NullMarked;
