// SPDX-License-Identifier: Apache-2.0

/** Quantities with their units, as people read them. */
@NullMarked
package org.decisionlab.core.unit;

import org.jspecify.annotations.NullMarked;
