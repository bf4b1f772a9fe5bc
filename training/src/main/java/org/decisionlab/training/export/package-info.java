/**
 * From a trained DJL block to a neutral graph and a bundle: the block runs once on recording
 * arrays, and what was recorded must agree with the block on fresh rows.
 */
@NullMarked
package org.decisionlab.training.export;

import org.jspecify.annotations.NullMarked;
