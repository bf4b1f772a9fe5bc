// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.jobs;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.decisionlab.kernel.cell.CarriedMoment;
import org.decisionlab.kernel.cell.CarriedPresent;

/**
 * A shuffle that Spark keeps.
 *
 * @param work the job or query that has computed it
 * @param moments the functions by which it did
 * @param parents the shuffles that it is made of
 * @param former what had changed when one of these was given up, to be written anew
 * @param unknown whether there were other functions, of which nothing is known
 */
record KeptShuffle(
    String work,
    List<CarriedMoment> moments,
    Set<Integer> parents,
    Set<String> former,
    boolean unknown) {

  private static final String UNKNOWN = "something that has not been noted for so long";

  KeptShuffle asUnknown() {
    return new KeptShuffle(work, List.of(), parents, former, true);
  }

  /** The same, made of one that was given up because something had changed. */
  KeptShuffle because(Set<String> changed) {
    return new KeptShuffle(work, moments, parents, both(former, changed), unknown);
  }

  /** The names of what it was computed with in another state. */
  Set<String> changed(CarriedPresent now) {
    Set<String> changed = new TreeSet<>(former);
    if (unknown) {
      changed.add(UNKNOWN);
    }
    moments.forEach(each -> changed.addAll(now.changedSince(each)));
    return changed;
  }

  static Set<String> both(Set<String> some, Set<String> others) {
    Set<String> both = new TreeSet<>(some);
    both.addAll(others);
    return both;
  }
}
