// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.cache;

/**
 * What a cache did over a stretch of requests. Bytes are sizes of whole files.
 *
 * @param requests requests served: hits and misses
 * @param hits requests found in the cache
 * @param bytesAsked bytes of all requests (R)
 * @param bytesHit bytes of the hits (Rh)
 * @param bytesWritten bytes stored after misses (W)
 * @param bytesDeleted bytes evicted, or dropped because the file was made anew (D)
 * @param refused misses that admission did not store
 * @param tooLarge misses passed through because the file is larger than the cache
 */
public record Tally(
    long requests,
    long hits,
    long bytesAsked,
    long bytesHit,
    long bytesWritten,
    long bytesDeleted,
    long refused,
    long tooLarge) {

  /** Of nothing. */
  public static final Tally NOTHING = new Tally(0, 0, 0, 0, 0, 0, 0, 0);

  /** Requests not found in the cache. */
  public long misses() {
    return requests - hits;
  }

  /** Bytes of the misses (Rm): what the wide-area network carries. */
  public long bytesMissed() {
    return bytesAsked - bytesHit;
  }

  /** Hits over requests; 0 when there were none. */
  public double hitRatio() {
    return requests == 0 ? 0 : (double) hits / requests;
  }

  /** Bytes of hits over bytes asked (Rh / R); 0 when none were. */
  public double byteHitRatio() {
    return bytesAsked == 0 ? 0 : (double) bytesHit / bytesAsked;
  }

  /** Bytes written over bytes asked (W / R); 0 when none were. */
  public double writesPerByteRead() {
    return bytesAsked == 0 ? 0 : (double) bytesWritten / bytesAsked;
  }

  /** Bytes written and deleted (W + D): the load on the cache's disks that no reader asked for. */
  public long cost() {
    return bytesWritten + bytesDeleted;
  }

  /** This and another, as if one had followed the other. */
  public Tally plus(Tally other) {
    return new Tally(
        requests + other.requests,
        hits + other.hits,
        bytesAsked + other.bytesAsked,
        bytesHit + other.bytesHit,
        bytesWritten + other.bytesWritten,
        bytesDeleted + other.bytesDeleted,
        refused + other.refused,
        tooLarge + other.tooLarge);
  }
}
