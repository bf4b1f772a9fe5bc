/** The simulated cache: capacity, admission and what is counted. */
@NullMarked
package org.decisionlab.simulator.cache;

import org.jspecify.annotations.NullMarked;
