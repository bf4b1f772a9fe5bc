// SPDX-License-Identifier: Apache-2.0

/** What magics that list, read and copy files have in common, wherever the files are. */
@NullMarked
package org.decisionlab.magics.files;

import org.jspecify.annotations.NullMarked;
