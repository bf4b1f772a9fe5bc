// SPDX-License-Identifier: Apache-2.0

/** The sidecar's doors: TFaaS's routes, the cache's question, health. */
@NullMarked
package org.decisionlab.sidecar.http;

import org.jspecify.annotations.NullMarked;
