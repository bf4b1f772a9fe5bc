// SPDX-License-Identifier: Apache-2.0

/** HDFS for tests. */
@NullMarked
package org.decisionlab.testbed.hdfs;

import org.jspecify.annotations.NullMarked;
