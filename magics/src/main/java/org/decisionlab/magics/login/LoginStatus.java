// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.login;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.decisionlab.identity.tokens.source.AccessToken;
import org.decisionlab.identity.tokens.source.TokenFacts;
import org.decisionlab.identity.tokens.source.TokenRequest;
import org.decisionlab.identity.tokens.source.TokenUnavailableException;
import org.decisionlab.kernel.display.NumberText;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a token that holds now, without the token.
 *
 * @param facts what it tells of itself, nothing for a token that does not
 * @param expiresAt when it ends, or null when that is not known
 * @param from the place that it came from
 * @param file the token file, where one is kept
 * @param now the moment of all this
 */
public record LoginStatus(
    Optional<TokenFacts> facts,
    @Nullable Instant expiresAt,
    String from,
    Optional<Path> file,
    Instant now) {

  /**
   * Takes a token and tells what is known of it. Nobody is asked to log in.
   *
   * @throws TokenUnavailableException when there is none, with the reasons
   */
  public static LoginStatus of(KernelTokens tokens, TokenRequest request)
      throws TokenUnavailableException, InterruptedException {
    AccessToken token = tokens.tokenWithoutAsking(request);
    return new LoginStatus(
        token.facts(), token.expiresAt(), tokens.from(request), tokens.exported(), tokens.now());
  }

  /** In lines; each begins with what it tells. */
  public String text() {
    StringBuilder text = new StringBuilder();
    facts.ifPresent(known -> add(text, known));
    line(text, "token", life() + ", from " + from);
    file.ifPresent(path -> line(text, "file", path + ", BEARER_TOKEN_FILE of processes"));
    return text.append(
            facts.isPresent()
                ? "This is what the token says of itself; nothing of it is verified here."
                : "The token does not tell whom it stands for; the services that take it know.")
        .toString();
  }

  private static void add(StringBuilder text, TokenFacts known) {
    line(text, "user", known.userName());
    line(text, "subject", known.subject());
    line(text, "groups", known.groups().isEmpty() ? "none told" : joined(known.groups()));
    line(text, "issuer", known.issuer());
    line(text, "audience", known.audiences().isEmpty() ? null : joined(known.audiences()));
    line(text, "scopes", known.scopes().isEmpty() ? null : String.join(" ", known.scopes()));
  }

  private String life() {
    if (expiresAt == null) {
      return "ends at a time that it does not tell";
    }
    double left = Duration.between(now, expiresAt).toMillis() / 1000.0;
    return "ends in "
        + NumberText.duration(left)
        + ", at "
        + expiresAt.truncatedTo(ChronoUnit.SECONDS);
  }

  private static String joined(List<String> words) {
    return String.join(", ", words);
  }

  private static void line(StringBuilder text, String name, @Nullable String value) {
    if (value != null) {
      text.append(String.format("%-9s %s\n", name, value.replaceAll("\\p{Cntrl}", "?")));
    }
  }
}
