/** How long code takes: {@code %time} and {@code %timeit}. */
@NullMarked
package org.decisionlab.magics.timing;

import org.jspecify.annotations.NullMarked;
