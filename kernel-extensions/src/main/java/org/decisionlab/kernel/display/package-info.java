// SPDX-License-Identifier: Apache-2.0

/** How values look: text always, tables, charts and pictures where there is more to see. */
@NullMarked
package org.decisionlab.kernel.display;

import org.jspecify.annotations.NullMarked;
