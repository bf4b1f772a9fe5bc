// SPDX-License-Identifier: Apache-2.0

/** {@code %tfaas}: publishing models to the sidecar, or to any TFaaS server, and asking them. */
@NullMarked
package org.decisionlab.magics.tfaas;

import org.jspecify.annotations.NullMarked;
