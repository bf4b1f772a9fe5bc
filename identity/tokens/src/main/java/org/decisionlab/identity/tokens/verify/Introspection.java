// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.verify;

import java.nio.file.Path;

/**
 * The right to ask an issuer about a token (RFC 7662), for issuers whose tokens hold neither scopes
 * nor groups.
 *
 * @param clientId the OAuth client of this service
 * @param secretFile file with its secret, read at each use
 */
public record Introspection(String clientId, Path secretFile) {}
