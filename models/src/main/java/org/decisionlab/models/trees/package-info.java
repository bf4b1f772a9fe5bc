/** Boosted trees that XGBoost and LightGBM made, on their way into a graph. */
@NullMarked
package org.decisionlab.models.trees;

import org.jspecify.annotations.NullMarked;
