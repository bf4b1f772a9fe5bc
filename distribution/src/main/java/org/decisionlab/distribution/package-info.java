// SPDX-License-Identifier: Apache-2.0

/** What is installed: the kernelspec and the command-line tools. */
@NullMarked
package org.decisionlab.distribution;

import org.jspecify.annotations.NullMarked;
