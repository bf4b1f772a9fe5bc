// SPDX-License-Identifier: Apache-2.0

/** The sidecar: a program that serves published models over HTTP and answers caches. */
@NullMarked
package org.decisionlab.sidecar;

import org.jspecify.annotations.NullMarked;
