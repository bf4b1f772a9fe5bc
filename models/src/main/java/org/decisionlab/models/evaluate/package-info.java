/** Evaluation of a model graph in plain Java, without native code. */
@NullMarked
package org.decisionlab.models.evaluate;

import org.jspecify.annotations.NullMarked;
