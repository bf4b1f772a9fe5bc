// SPDX-License-Identifier: Apache-2.0

/** {@code %spark} and {@code %%sql}: the kernel's Spark session. */
@NullMarked
package org.decisionlab.magics.spark;

import org.jspecify.annotations.NullMarked;
