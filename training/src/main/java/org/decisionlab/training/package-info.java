/** Training of a model that estimates whether a file is opened again. */
@NullMarked
package org.decisionlab.training;

import org.jspecify.annotations.NullMarked;
