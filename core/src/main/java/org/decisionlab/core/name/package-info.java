// SPDX-License-Identifier: Apache-2.0

/** Logical file names: the CMS grammar, and what can be said of any other path. */
@NullMarked
package org.decisionlab.core.name;

import org.jspecify.annotations.NullMarked;
