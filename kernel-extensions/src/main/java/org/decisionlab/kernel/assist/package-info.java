// SPDX-License-Identifier: Apache-2.0

/** Answers questions about code that is being typed: completion, inspection, completeness. */
@NullMarked
package org.decisionlab.kernel.assist;

import org.jspecify.annotations.NullMarked;
