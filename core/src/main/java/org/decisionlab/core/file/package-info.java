// SPDX-License-Identifier: Apache-2.0

/** Files that survive a crash. */
@NullMarked
package org.decisionlab.core.file;

import org.jspecify.annotations.NullMarked;
