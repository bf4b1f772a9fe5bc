// SPDX-License-Identifier: Apache-2.0

/** Small questions over HTTP to issuers, brokers and hubs. */
@NullMarked
package org.decisionlab.identity.tokens.http;

import org.jspecify.annotations.NullMarked;
