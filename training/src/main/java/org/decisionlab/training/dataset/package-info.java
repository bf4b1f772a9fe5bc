/** The bridge from Tablesaw tables to DJL data sets. */
@NullMarked
package org.decisionlab.training.dataset;

import org.jspecify.annotations.NullMarked;
