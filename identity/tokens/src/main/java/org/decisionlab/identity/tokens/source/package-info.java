// SPDX-License-Identifier: Apache-2.0

/** Where a notebook's access tokens come from, and how they stay fresh. */
@NullMarked
package org.decisionlab.identity.tokens.source;

import org.jspecify.annotations.NullMarked;
