// SPDX-License-Identifier: Apache-2.0

/** HttpFS for tests. */
@NullMarked
package org.decisionlab.testbed.httpfs;

import org.jspecify.annotations.NullMarked;
