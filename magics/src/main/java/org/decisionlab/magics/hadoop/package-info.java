// SPDX-License-Identifier: Apache-2.0

/** File systems of Hadoop in the kernel: their paths complete as those of local files do. */
@NullMarked
package org.decisionlab.magics.hadoop;

import org.jspecify.annotations.NullMarked;
