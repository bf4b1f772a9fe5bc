// SPDX-License-Identifier: Apache-2.0

/** Training jobs that an operator registered, each run in a process of its own. */
@NullMarked
package org.decisionlab.sidecar.train;

import org.jspecify.annotations.NullMarked;
