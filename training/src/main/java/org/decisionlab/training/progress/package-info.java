/** What a training tells while it runs, whatever is trained and wherever it is shown. */
@NullMarked
package org.decisionlab.training.progress;

import org.jspecify.annotations.NullMarked;
