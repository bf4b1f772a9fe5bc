// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.store;

/**
 * How much one model may keep. Beyond it the oldest versions that nothing points at are deleted; a
 * publication for which that is not enough is refused.
 *
 * @param versions versions kept
 * @param bytes bytes of the files of all versions together
 */
public record Quota(int versions, long bytes) {

  /** 50 versions, 4 GiB. */
  public static final Quota DEFAULT = new Quota(50, 4L << 30);

  /** Refuses a quota that admits nothing. */
  public Quota {
    if (versions < 1 || bytes < 1) {
      throw new IllegalArgumentException(
          "a quota admits at least one version and one byte, not "
              + versions
              + " versions and "
              + bytes
              + " bytes");
    }
  }
}
