// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.policy;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.decisionlab.simulator.trace.Trace;

/** Every eviction policy. A new one is one file and one line here. */
public enum Eviction {
  /** Least recently used first: what XRootD caches do. */
  LRU("LRU", Lru::new),
  /** First in, first out. */
  FIFO("FIFO", Fifo::new),
  /** One hand, one bit (NSDI 2024). */
  SIEVE("SIEVE", Sieve::new),
  /** Farthest next request first; looks ahead, so a mark to compare with, not a policy to run. */
  BELADY("Belady", Belady::new);

  private final String title;
  private final Function<Trace, EvictionPolicy> maker;

  Eviction(String title, Function<Trace, EvictionPolicy> maker) {
    this.title = title;
    this.maker = maker;
  }

  /** The name shown in reports. */
  public String title() {
    return title;
  }

  /** The name used in commands and parameters. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** A policy with an empty cache, for the replay of one trace. */
  public EvictionPolicy create(Trace trace) {
    return maker.apply(trace);
  }

  /**
   * The policy called {@code word}, in any case.
   *
   * @throws IllegalArgumentException naming the known words, when there is none
   */
  public static Eviction of(String word) {
    for (Eviction eviction : values()) {
      if (eviction.word().equalsIgnoreCase(word.strip())) {
        return eviction;
      }
    }
    throw new IllegalArgumentException(
        "unknown eviction policy '"
            + word
            + "'; known: "
            + Arrays.stream(values()).map(Eviction::word).collect(Collectors.joining(", ")));
  }

  /** Policies separated by commas; see {@link #of}. */
  public static List<Eviction> parseList(String words) {
    return Arrays.stream(words.split(",", -1)).map(Eviction::of).toList();
  }
}
