// SPDX-License-Identifier: Apache-2.0

/** The Java kernel of Decision Lab, put together. */
@NullMarked
package org.decisionlab.kernel;

import org.jspecify.annotations.NullMarked;
