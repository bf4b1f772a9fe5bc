/** Trainings under the cell that runs them: charts and a line that are updated in place. */
@NullMarked
package org.decisionlab.magics.training;

import org.jspecify.annotations.NullMarked;
