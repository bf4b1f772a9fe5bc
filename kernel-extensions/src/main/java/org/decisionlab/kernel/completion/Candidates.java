// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.completion;

import java.util.List;

/**
 * Texts that may stand in place of a range.
 *
 * @param candidates the texts, the best first
 * @param start first character of the range
 * @param end character after the range
 */
public record Candidates(List<Candidate> candidates, int start, int end) {

  public Candidates {
    if (start < 0 || end < start) {
      throw new IllegalArgumentException("the range " + start + ".." + end + " is none");
    }
    candidates = List.copyOf(candidates);
  }

  /** Nothing to offer at a place. */
  public static Candidates none(int cursor) {
    return new Candidates(List.of(), cursor, cursor);
  }

  /** The same texts in a range that lies further behind. */
  public Candidates shifted(int characters) {
    return new Candidates(candidates, start + characters, end + characters);
  }
}
