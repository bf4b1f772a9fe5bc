// SPDX-License-Identifier: Apache-2.0

/** Logs physicists in at HttpFS by access token, and lets them do what the token permits. */
@NullMarked
package org.decisionlab.identity.hadoop;

import org.jspecify.annotations.NullMarked;
