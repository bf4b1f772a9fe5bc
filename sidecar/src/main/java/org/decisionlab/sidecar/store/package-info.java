// SPDX-License-Identifier: Apache-2.0

/** The models on disk: immutable versions, a pointer to the current one, nothing half written. */
@NullMarked
package org.decisionlab.sidecar.store;

import org.jspecify.annotations.NullMarked;
