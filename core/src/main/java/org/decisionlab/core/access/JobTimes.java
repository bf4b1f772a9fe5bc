// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.access;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Times of the job that opened a file, each null where the source is silent.
 *
 * @param startedAt when the job started
 * @param endedAt when the job ended
 * @param cpuSeconds CPU time used by the job, in seconds
 * @param ioSeconds time the job spent waiting for data, in seconds
 */
public record JobTimes(
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable Double cpuSeconds,
    @Nullable Double ioSeconds) {}
