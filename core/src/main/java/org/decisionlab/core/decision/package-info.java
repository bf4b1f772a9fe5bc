// SPDX-License-Identifier: Apache-2.0

/** The question a cache asks, <em>keep this file or not?</em>, and its answer. */
@NullMarked
package org.decisionlab.core.decision;

import org.jspecify.annotations.NullMarked;
