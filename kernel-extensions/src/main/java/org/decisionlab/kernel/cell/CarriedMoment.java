// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.cell;

/**
 * What a function of a cell took with it when it was serialized, as far as it can be compared with
 * what it would take now.
 */
public interface CarriedMoment {}
