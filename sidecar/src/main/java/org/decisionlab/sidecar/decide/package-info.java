// SPDX-License-Identifier: Apache-2.0

/** The question of a cache, <em>keep this file?</em>, answered by a published model. */
@NullMarked
package org.decisionlab.sidecar.decide;

import org.jspecify.annotations.NullMarked;
