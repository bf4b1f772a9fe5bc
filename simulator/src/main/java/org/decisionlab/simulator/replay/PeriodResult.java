// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.replay;

import java.time.Instant;
import org.decisionlab.simulator.cache.Tally;

/**
 * What a cache did on one day.
 *
 * @param start midnight (UTC) at which the day begins; the warm-up's part of the first day is not
 *     counted
 * @param tally what was counted
 */
public record PeriodResult(Instant start, Tally tally) {}
