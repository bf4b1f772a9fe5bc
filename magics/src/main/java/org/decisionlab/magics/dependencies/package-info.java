/** {@code %jars} and {@code %maven}: libraries for the cells while the kernel runs. */
@NullMarked
package org.decisionlab.magics.dependencies;

import org.jspecify.annotations.NullMarked;
