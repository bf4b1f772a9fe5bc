// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.decide;

import java.util.Comparator;

/**
 * How a version's decisions turned out.
 *
 * @param keptReused files it kept that were opened again
 * @param keptUnused files it kept that were not
 * @param refusedReused files it refused that were opened again: regrets
 * @param refusedUnused files it refused that were not
 * @param brier mean squared difference between its probability and what happened, 0 at best
 */
public record Quality(
    long keptReused, long keptUnused, long refusedReused, long refusedUnused, double brier) {

  /**
   * A version of a model.
   *
   * @param model its name
   * @param version its number
   */
  public record Version(String model, int version) implements Comparable<Version> {
    private static final Comparator<Version> ORDER =
        Comparator.comparing(Version::model).thenComparing(Version::version);

    @Override
    public int compareTo(Version other) {
      return ORDER.compare(this, other);
    }
  }
}
