// SPDX-License-Identifier: Apache-2.0

/** What a token permits on storage: operations and the paths they are granted for. */
@NullMarked
package org.decisionlab.identity.tokens.scope;

import org.jspecify.annotations.NullMarked;
