// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.name;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The expressions in the comments are the judges, on texts of pieces that matter to them. */
class NameGrammarTest {

  private static final long SEED = 27;
  private static final int TEXTS = 200_000;
  private static final List<String> PIECES =
      List.of(
          "a", "Z", "AOD", "-", "v", "-v", "1", "23", "/", "//", ":", "://", "http", "HttpS",
          "root", "store", "+", ".", "_", "\n", "\u2028", "\u0085", "\u017f", "\u0663", " ", "é");

  private static final Pattern HOST = Pattern.compile("^[A-Za-z][A-Za-z0-9+.-]*://[^/]*");
  private static final Pattern WEB = Pattern.compile("https?://", Pattern.CASE_INSENSITIVE);
  private static final Pattern SLASHES = Pattern.compile("/{2,}");
  private static final Pattern TIER = Pattern.compile("[A-Z](?:|[A-Z0-9-]*[A-Z0-9])");
  private static final Pattern VERSIONED = Pattern.compile(".+-v\\d+");
  private static final Pattern COUNTER = Pattern.compile("\\d+");

  @Test
  void eachMethodSaysWhatItsExpressionSays() {
    Random random = new Random(SEED);
    for (int i = 0; i < TEXTS; i++) {
      String text = text(random);
      Matcher host = HOST.matcher(text);
      int end = host.find() ? host.end() : 0;
      assertThat(NameGrammar.afterHost(text)).as(text).isEqualTo(end);
      if (end > 0) {
        assertThat(NameGrammar.isWeb(text)).as(text).isEqualTo(WEB.matcher(text).lookingAt());
      }
      assertThat(NameGrammar.singleSlashes(text)).isEqualTo(SLASHES.matcher(text).replaceAll("/"));
      assertThat(NameGrammar.isTier(text)).as(text).isEqualTo(TIER.matcher(text).matches());
      assertThat(NameGrammar.isVersioned(text))
          .as(text)
          .isEqualTo(VERSIONED.matcher(text).matches());
      int from = random.nextInt(text.length() + 1);
      assertThat(NameGrammar.isCounter(text, from, text.length()))
          .as(text)
          .isEqualTo(COUNTER.matcher(text.substring(from)).matches());
    }
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(7); i > 0; i--) {
      text.append(PIECES.get(random.nextInt(PIECES.size())));
    }
    return text.toString();
  }
}
