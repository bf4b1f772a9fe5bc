// SPDX-License-Identifier: Apache-2.0

/** What has been run, kept for each folder of notebooks. */
@NullMarked
package org.decisionlab.kernel.history;

import org.jspecify.annotations.NullMarked;
