// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.fault.RefusedException.Reason;

/** Which versions must go so that a further one fits into a model's quota. */
final class Retention {

  private final ModelHome home;
  private final Quota usual;

  Retention(ModelHome home, Quota usual) {
    this.home = home;
    this.usual = usual;
  }

  /**
   * The oldest versions that nothing points at, as few as it takes; those that were in production
   * last, the one to go back to after all others.
   *
   * @throws RefusedException when that is not enough
   */
  List<Integer> surplus(ModelState state, long bytes) throws IOException {
    Quota own = state.quota();
    Quota quota = own == null ? usual : own;
    Map<Integer, Long> sizes = new LinkedHashMap<>();
    for (int version : home.versions(state)) {
      sizes.put(version, sizeOf(version));
    }
    int count = sizes.size() + 1;
    long total = bytes + sizes.values().stream().mapToLong(Long::longValue).sum();
    List<Integer> surplus = new ArrayList<>();
    for (int version : candidates(sizes.keySet(), state)) {
      if (count <= quota.versions() && total <= quota.bytes()) {
        break;
      }
      surplus.add(version);
      count--;
      total -= sizes.getOrDefault(version, 0L);
    }
    if (count > quota.versions() || total > quota.bytes()) {
      throw new RefusedException(
          Reason.TOO_LARGE,
          "model '%s' may keep %d versions and %d bytes; with this one of %d bytes it would have %d versions and %d bytes that are in use; delete an alias or raise its quota"
              .formatted(home.name(), quota.versions(), quota.bytes(), bytes, count, total));
    }
    return surplus;
  }

  private static List<Integer> candidates(Iterable<Integer> versions, ModelState state) {
    List<Integer> previous = state.previous();
    List<Integer> candidates = new ArrayList<>();
    for (int version : versions) {
      if (!state.isInUse(version) && !previous.contains(version)) {
        candidates.add(version);
      }
    }
    for (int i = previous.size() - 1; i >= 0; i--) {
      if (!state.isInUse(previous.get(i))) {
        candidates.add(previous.get(i));
      }
    }
    return candidates;
  }

  /**
   * A version that cannot be read counts as nothing: it must not keep a model from being mended.
   */
  private long sizeOf(int version) throws IOException {
    try {
      return home.describe(version).bytes();
    } catch (DamagedVersionException e) {
      return 0;
    }
  }
}
