/** Generated workloads: the same seed gives the same records on every machine. */
@NullMarked
package org.decisionlab.simulator.generate;

import org.jspecify.annotations.NullMarked;
