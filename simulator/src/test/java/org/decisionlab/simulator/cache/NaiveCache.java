// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.cache;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.decisionlab.core.access.AccessRecord;

/**
 * The cache's rules once more, as plainly as they can be written: lists that are searched from end
 * to end. The oldest file comes first.
 */
abstract class NaiveCache {

  final List<AccessRecord> requests;
  final List<String> files = new ArrayList<>();
  private final Map<String, Long> sizes = new HashMap<>();
  private final long capacity;

  NaiveCache(List<AccessRecord> requests, long capacity) {
    this.requests = requests;
    this.capacity = capacity;
  }

  /** Hit or not, for each request. */
  List<Boolean> run() {
    List<Boolean> hits = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      String name = requests.get(i).lfn();
      long size = requests.get(i).sizeBytes();
      boolean hit = sizes.containsKey(name) && sizes.get(name) == size;
      hits.add(hit);
      if (hit) {
        hit(name);
        continue;
      }
      if (sizes.remove(name) != null) {
        leaves(name);
      }
      if (size <= capacity) {
        while (used() + size > capacity) {
          String victim = victim(i);
          sizes.remove(victim);
          leaves(victim);
        }
        sizes.put(name, size);
        files.add(name);
      }
    }
    return hits;
  }

  long used() {
    return sizes.values().stream().mapToLong(Long::longValue).sum();
  }

  void hit(String name) {}

  void leaves(String name) {
    files.remove(name);
  }

  abstract String victim(int now);

  static final class Fifo extends NaiveCache {
    Fifo(List<AccessRecord> requests, long capacity) {
      super(requests, capacity);
    }

    @Override
    String victim(int now) {
      return files.get(0);
    }
  }

  static final class Lru extends NaiveCache {
    Lru(List<AccessRecord> requests, long capacity) {
      super(requests, capacity);
    }

    @Override
    void hit(String name) {
      files.remove(name);
      files.add(name);
    }

    @Override
    String victim(int now) {
      return files.get(0);
    }
  }

  /** The hand is an index into the files; it stays on the file after the one evicted. */
  static final class Sieve extends NaiveCache {
    private final Map<String, Boolean> visited = new HashMap<>();
    private int hand;

    Sieve(List<AccessRecord> requests, long capacity) {
      super(requests, capacity);
    }

    @Override
    void hit(String name) {
      visited.put(name, true);
    }

    @Override
    void leaves(String name) {
      int place = files.indexOf(name);
      files.remove(place);
      visited.remove(name);
      if (place < hand) {
        hand--;
      }
      if (hand >= files.size()) {
        hand = 0;
        parked = true;
      }
    }

    /** The hand ran off the newest end: it starts again at the oldest, whatever arrives before. */
    private boolean parked = true;

    @Override
    String victim(int now) {
      if (parked) {
        hand = 0;
        parked = false;
      }
      while (visited.getOrDefault(files.get(hand), false)) {
        visited.put(files.get(hand), false);
        hand = (hand + 1) % files.size();
      }
      return files.get(hand);
    }
  }

  static final class Belady extends NaiveCache {
    Belady(List<AccessRecord> requests, long capacity) {
      super(requests, capacity);
    }

    @Override
    String victim(int now) {
      String farthest = files.get(0);
      for (String file : files) {
        if (next(file, now) > next(farthest, now)) {
          farthest = file;
        }
      }
      return farthest;
    }

    private int next(String file, int now) {
      for (int i = now + 1; i < requests.size(); i++) {
        if (requests.get(i).lfn().equals(file)) {
          return i;
        }
      }
      return Integer.MAX_VALUE;
    }
  }
}
