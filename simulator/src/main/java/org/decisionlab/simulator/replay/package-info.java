/** Replays of one trace through many caches, and their reports. */
@NullMarked
package org.decisionlab.simulator.replay;

import org.jspecify.annotations.NullMarked;
