// SPDX-License-Identifier: Apache-2.0

/**
 * Access tokens as the WLCG Common JWT Profiles (v1.3) and RFC 6750, 7519, 7662 and 9068 define
 * them.
 */
@NullMarked
package org.decisionlab.identity.tokens;

import org.jspecify.annotations.NullMarked;
