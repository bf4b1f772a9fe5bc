// SPDX-License-Identifier: Apache-2.0

/** What the kernel logs for those who run it; no part of any cell's output. */
@NullMarked
package org.decisionlab.kernel.log;

import org.jspecify.annotations.NullMarked;
