// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.auth;

/**
 * What holds for all users of one issuer.
 *
 * @param issuer the issuer, as in the names of its users: without a slash at the end
 * @param usualReaders who may read a model that one of them publishes first and says nothing of it
 */
public record Realm(String issuer, Readers usualReaders) {}
