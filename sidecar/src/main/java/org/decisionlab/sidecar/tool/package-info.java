// SPDX-License-Identifier: Apache-2.0

/**
 * The command for bundles: shows what a model takes and gives, and makes bundles of others' models.
 */
@NullMarked
package org.decisionlab.sidecar.tool;

import org.jspecify.annotations.NullMarked;
