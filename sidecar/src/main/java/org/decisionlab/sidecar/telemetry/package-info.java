// SPDX-License-Identifier: Apache-2.0

/** What the sidecar tells of itself: metrics, drift, and logs that are bounded. */
@NullMarked
package org.decisionlab.sidecar.telemetry;

import org.jspecify.annotations.NullMarked;
