// SPDX-License-Identifier: Apache-2.0

/** Finds and writes the documentation of classes whose sources are at hand. */
@NullMarked
package org.decisionlab.kernel.javadoc;

import org.jspecify.annotations.NullMarked;
