// SPDX-License-Identifier: Apache-2.0

/**
 * A stand-in for INDIGO IAM on this machine, for development and tests: its paths, claims and
 * quirks, with switches for what goes wrong in real life. It listens on loopback only.
 */
@NullMarked
package org.decisionlab.identity.iamsim;

import org.jspecify.annotations.NullMarked;
