// SPDX-License-Identifier: Apache-2.0

/** What extensions say of the code that is being typed into their magics. */
@NullMarked
package org.decisionlab.kernel.completion;

import org.jspecify.annotations.NullMarked;
