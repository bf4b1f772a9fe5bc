// SPDX-License-Identifier: Apache-2.0

/** What cells and extensions may know of the kernel: the running cell, its displays, its scope. */
@NullMarked
package org.decisionlab.kernel.cell;

import org.jspecify.annotations.NullMarked;
