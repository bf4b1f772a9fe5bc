/**
 * The neutral operation graph that every model passes through on its way from a trainer to a file
 * or an evaluator.
 */
@NullMarked
package org.decisionlab.models.graph;

import org.jspecify.annotations.NullMarked;
