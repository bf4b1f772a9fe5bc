// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.policy;

/**
 * A set of request numbers that finds its largest quickly: a bit per number, and over each level of
 * words a level with one bit per word that is not empty.
 */
final class RequestSet {

  private static final int WORD_BITS = 6;

  private final long[][] levels;
  private int size;

  /** An empty set for numbers 0 to {@code numbers - 1}. */
  RequestSet(int numbers) {
    int depth = 1;
    for (long words = wordsFor(numbers); words > 1; words = wordsFor(words)) {
      depth++;
    }
    levels = new long[depth][];
    long bits = numbers;
    for (int level = 0; level < depth; level++) {
      bits = wordsFor(bits);
      levels[level] = new long[(int) bits];
    }
  }

  int size() {
    return size;
  }

  /** Adds a number that is not in the set. */
  void add(int number) {
    int bit = number;
    for (long[] level : levels) {
      level[bit >>> WORD_BITS] |= 1L << bit;
      bit >>>= WORD_BITS;
    }
    size++;
  }

  /** Removes a number that is in the set. */
  void remove(int number) {
    int bit = number;
    for (long[] level : levels) {
      int word = bit >>> WORD_BITS;
      level[word] &= ~(1L << bit);
      if (level[word] != 0) {
        break;
      }
      bit = word;
    }
    size--;
  }

  /** The largest number of a set that is not empty. */
  int last() {
    int word = 0;
    for (int level = levels.length - 1; level >= 0; level--) {
      word = (word << WORD_BITS) + 63 - Long.numberOfLeadingZeros(levels[level][word]);
    }
    return word;
  }

  private static long wordsFor(long bits) {
    return Math.max(1, (bits + 63) >>> WORD_BITS);
  }
}
