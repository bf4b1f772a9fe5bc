/** Traces: what was requested when, in compact arrays, and what is in them. */
@NullMarked
package org.decisionlab.simulator.trace;

import org.jspecify.annotations.NullMarked;
