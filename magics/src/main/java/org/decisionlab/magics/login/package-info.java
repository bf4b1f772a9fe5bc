// SPDX-License-Identifier: Apache-2.0

/** {@code %login}, and the one source of tokens that all magics of a kernel share. */
@NullMarked
package org.decisionlab.magics.login;

import org.jspecify.annotations.NullMarked;
