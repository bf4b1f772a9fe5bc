// SPDX-License-Identifier: Apache-2.0

/**
 * Access records of a data cache: one record per opening of a file, and the readers of every known
 * log format.
 */
@NullMarked
package org.decisionlab.core.access;

import org.jspecify.annotations.NullMarked;
