// SPDX-License-Identifier: Apache-2.0

/** The grammar of magics: which lines of a cell are Java and which are not. */
@NullMarked
package org.decisionlab.kernel.magic;

import org.jspecify.annotations.NullMarked;
