// SPDX-License-Identifier: Apache-2.0

/** What every cell finds imported. */
@NullMarked
package org.decisionlab.magics.workbench;

import org.jspecify.annotations.NullMarked;
