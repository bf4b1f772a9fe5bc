// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import java.time.Duration;

/**
 * What one request and all requests together may take.
 *
 * @param uploadBytes largest body of an upload
 * @param rowBytes largest body of a prediction, question, or other small request
 * @param requests requests being received or answered at a time; further ones are told to come
 *     again
 * @param batchBytes largest body of a request about many rows or files
 * @param tasks requests about many rows or files being worked on at a time
 * @param uploads uploads and deletions being received or worked on at a time
 * @param uploadTime time for an upload to arrive and be answered
 * @param requestTime time for any other request to arrive and be answered
 * @param idleTime after which a silent connection is closed; longer than the other two
 */
public record ServerLimits(
    long uploadBytes,
    long rowBytes,
    long batchBytes,
    int requests,
    int tasks,
    int uploads,
    Duration uploadTime,
    Duration requestTime,
    Duration idleTime) {

  /** The usual limits. */
  public static final ServerLimits DEFAULT =
      new ServerLimits(
          256L << 20,
          1L << 20,
          16L << 20,
          1000,
          64,
          4,
          Duration.ofSeconds(120),
          Duration.ofSeconds(30),
          Duration.ofSeconds(150));
}
