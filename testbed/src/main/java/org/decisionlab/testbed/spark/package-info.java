// SPDX-License-Identifier: Apache-2.0

/** Spark's own standalone cluster on loopback. */
@NullMarked
package org.decisionlab.testbed.spark;

import org.jspecify.annotations.NullMarked;
