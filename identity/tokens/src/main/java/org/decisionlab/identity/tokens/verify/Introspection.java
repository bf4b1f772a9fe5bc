// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.verify;

import java.nio.file.Path;

/**
 * The right to ask an issuer about a token (RFC 7662). Where an issuer answers no such questions,
 * tokens are what they say; those that are to be asked about always are refused.
 *
 * @param clientId the OAuth client of this service
 * @param secretFile file with its secret, read at each use
 * @param always whether it is asked about every token, and again after 30 s, so that who is
 *     suspended or has logged out everywhere is out within that time; else only about tokens that
 *     say nothing of rights: no groups, and no scopes but those about who the user is
 */
public record Introspection(String clientId, Path secretFile, boolean always) {}
