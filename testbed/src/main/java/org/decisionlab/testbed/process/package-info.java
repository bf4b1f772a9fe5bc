// SPDX-License-Identifier: Apache-2.0

/** Components in JVMs of their own, which end with whoever started them. */
@NullMarked
package org.decisionlab.testbed.process;

import org.jspecify.annotations.NullMarked;
