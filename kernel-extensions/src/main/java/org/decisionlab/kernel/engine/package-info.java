// SPDX-License-Identifier: Apache-2.0

/** Runs Java: JShell with an execution control of its own, one cell thread, guarded byte code. */
@NullMarked
package org.decisionlab.kernel.engine;

import org.jspecify.annotations.NullMarked;
