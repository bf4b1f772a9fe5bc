// SPDX-License-Identifier: Apache-2.0

/** Published models in memory: loaded, verified, switched, asked. */
@NullMarked
package org.decisionlab.sidecar.serve;

import org.jspecify.annotations.NullMarked;
