// SPDX-License-Identifier: Apache-2.0

/** Where kernels keep what outlives them. */
@NullMarked
package org.decisionlab.kernel.state;

import org.jspecify.annotations.NullMarked;
