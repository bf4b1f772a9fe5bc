// SPDX-License-Identifier: Apache-2.0

/** Progress bars for loops of cells. */
@NullMarked
package org.decisionlab.kernel.progress;

import org.jspecify.annotations.NullMarked;
