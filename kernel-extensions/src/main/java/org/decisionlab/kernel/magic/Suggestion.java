// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.magic;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the word that somebody probably meant. */
public final class Suggestion {

  private Suggestion() {}

  /** The known word nearest to a mistyped one, if one is near. */
  public static Optional<String> of(String word, Collection<String> known) {
    String typed = word.toLowerCase(Locale.ROOT);
    int limit = typed.length() <= 3 ? 1 : typed.length() <= 6 ? 2 : 3;
    return known.stream()
        .filter(
            each ->
                distance(typed, each.toLowerCase(Locale.ROOT)) <= limit
                    || (typed.length() >= 2 && each.toLowerCase(Locale.ROOT).startsWith(typed)))
        .min(
            Comparator.<String>comparingInt(each -> distance(typed, each.toLowerCase(Locale.ROOT)))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** A sentence such as {@code ; did you mean %spark?}, or nothing. */
  public static String question(String prefix, String word, Collection<String> known) {
    return of(word, known).map(near -> "; did you mean " + prefix + near + "?").orElse("");
  }

  /** Edits between two words (Levenshtein, with swaps of neighbours as one edit). */
  private static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + change);
        boolean swap =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swap) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
