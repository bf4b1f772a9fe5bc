// SPDX-License-Identifier: Apache-2.0

/** Graphs of models to be looked at: which operations there are and what they read. */
@NullMarked
package org.decisionlab.sidecar.outline;

import org.jspecify.annotations.NullMarked;
