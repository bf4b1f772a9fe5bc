// SPDX-License-Identifier: Apache-2.0

/** What was known of a file before an instant, and the numbers that a model sees of it. */
@NullMarked
package org.decisionlab.core.feature;

import org.jspecify.annotations.NullMarked;
