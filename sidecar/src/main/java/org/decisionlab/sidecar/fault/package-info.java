// SPDX-License-Identifier: Apache-2.0

/** Why the sidecar refuses something. */
@NullMarked
package org.decisionlab.sidecar.fault;

import org.jspecify.annotations.NullMarked;
