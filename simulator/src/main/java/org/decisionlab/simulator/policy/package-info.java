/** Eviction policies: which file goes when the cache is full. */
@NullMarked
package org.decisionlab.simulator.policy;

import org.jspecify.annotations.NullMarked;
