// SPDX-License-Identifier: Apache-2.0

/** What every magic has in common: declared arguments, help, and errors with a suggestion. */
@NullMarked
package org.decisionlab.magics.arguments;

import org.jspecify.annotations.NullMarked;
