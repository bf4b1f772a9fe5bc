// SPDX-License-Identifier: Apache-2.0

/** Whether a presented access token holds, and what it says. */
@NullMarked
package org.decisionlab.identity.tokens.verify;

import org.jspecify.annotations.NullMarked;
