/** In which surroundings a model was trained: code, libraries, machine. */
@NullMarked
package org.decisionlab.training.environment;

import org.jspecify.annotations.NullMarked;
