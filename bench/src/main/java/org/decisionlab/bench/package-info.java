// SPDX-License-Identifier: Apache-2.0

/**
 * Programs that measure, one {@code main} each. A program prints what it found as lines of JSON by
 * {@link org.decisionlab.bench.Figures} and everything else to the error stream; it takes {@code
 * --short} for a form of a few seconds. The command {@code ./lab bench sidecar} calls those that
 * {@code sidecar_bench/programs.py} in {@code jupyterhub-config} lists, and knows the targets.
 */
@NullMarked
package org.decisionlab.bench;

import org.jspecify.annotations.NullMarked;
