// SPDX-License-Identifier: Apache-2.0

/**
 * The token broker: a service of a hub that keeps the logins of its users alive and hands
 * short-lived access tokens to their servers. Refresh tokens and the client's secret stay here.
 */
@NullMarked
package org.decisionlab.identity.broker;

import org.jspecify.annotations.NullMarked;
