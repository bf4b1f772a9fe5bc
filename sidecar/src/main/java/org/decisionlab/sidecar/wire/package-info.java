// SPDX-License-Identifier: Apache-2.0

/** TFaaS's own formats: parameters, rows, predictions, numbers. */
@NullMarked
package org.decisionlab.sidecar.wire;

import org.jspecify.annotations.NullMarked;
