/** Boosted trees, trained with XGBoost or LightGBM. */
@NullMarked
package org.decisionlab.training.trees;

import org.jspecify.annotations.NullMarked;
