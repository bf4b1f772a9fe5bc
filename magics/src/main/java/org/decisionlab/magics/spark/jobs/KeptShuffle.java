// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.jobs;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.decisionlab.kernel.cell.CarriedMoment;
import org.decisionlab.kernel.cell.CarriedPresent;
import org.jspecify.annotations.Nullable;

/**
 * A shuffle that Spark keeps.
 *
 * @param work the job or query that has computed it
 * @param moments the functions by which it did
 * @param parents the shuffles that it is made of
 * @param former what had changed when one of these was given up, to be written anew
 * @param unknown whether there were other functions, of which nothing is known
 * @param state what functions held by themselves, {@code null} if that is not known or differed
 */
record KeptShuffle(
    String work,
    List<CarriedMoment> moments,
    Set<Integer> parents,
    Set<String> former,
    boolean unknown,
    @Nullable Long state) {

  /** Names a job whose beginning was not told. */
  static final String UNTOLD = WrittenShuffles.JOB + "of which nothing is known";

  /** Something that Spark keeps and of which nothing is known. */
  static final KeptShuffle UNKNOWN =
      new KeptShuffle(UNTOLD, List.of(), Set.of(), Set.of(), true, null);

  private static final String HELD = "what a function holds";
  private static final String NOT_NOTED = "something that has not been noted";
  private static final int MOST = 1000;

  KeptShuffle asUnknown() {
    return new KeptShuffle(work, List.of(), parents, former, true, state);
  }

  /** Whether functions of cells have, or may have, computed it. */
  boolean isComputed() {
    return unknown || !moments.isEmpty() || !former.isEmpty() || state != null;
  }

  /** Whether it is known which functions of cells have. */
  boolean isRemembered() {
    return isComputed() && !unknown;
  }

  /**
   * The same where parts of it were written by earlier runs: one that did not come to its end, or
   * whose executor was lost.
   *
   * @param before what these have written; {@code null} if nothing
   */
  KeptShuffle after(@Nullable KeptShuffle before) {
    if (before == null) {
      return this;
    }
    List<CarriedMoment> all = new ArrayList<>(before.moments);
    all.addAll(moments);
    Set<Integer> read = new TreeSet<>(before.parents);
    read.addAll(parents);
    boolean tooMany = all.size() > MOST;
    return new KeptShuffle(
        work,
        tooMany ? List.of() : all,
        read,
        before.former,
        tooMany || unknown || before.unknown,
        Objects.equals(before.state, state) ? state : null);
  }

  /** The same, made of one that was given up because something had changed. */
  KeptShuffle because(Set<String> changed) {
    return new KeptShuffle(work, moments, parents, both(former, changed), unknown, state);
  }

  /**
   * The names of what it was computed with in another state.
   *
   * @param holds what functions hold by themselves now, {@code null} if that is not looked at; they
   *     count as changed where it is not known what they held then
   */
  Set<String> changed(CarriedPresent now, @Nullable Long holds) {
    Set<String> changed = new TreeSet<>(former);
    if (unknown) {
      changed.add(NOT_NOTED);
    }
    if (holds != null && !holds.equals(state)) {
      changed.add(HELD);
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
