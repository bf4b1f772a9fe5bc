// SPDX-License-Identifier: Apache-2.0

/** Carries the code of cells and the variables that it reaches to executors. */
@NullMarked
package org.decisionlab.kernel.capture;

import org.jspecify.annotations.NullMarked;
