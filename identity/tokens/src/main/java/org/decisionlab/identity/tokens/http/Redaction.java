// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.http;

import java.util.regex.Pattern;

/** Takes out of a text what could be a secret. */
public final class Redaction {

  private static final Pattern LONG =
      Pattern.compile("[A-Za-z0-9_~+/=-]{20,}(\\.[A-Za-z0-9_~+/=-]+)*");
  private static final Pattern JWT = Pattern.compile("eyJ[A-Za-z0-9_-]*\\.[A-Za-z0-9_.-]*");
  private static final Pattern NAMED =
      Pattern.compile(
          "(?i)\\b(access_token|refresh_token|subject_token|id_token|client_secret|code"
              + "|authorization|cookie)\\b([\"']?\\s*[=:]\\s*[\\[\"']*)"
              + "((?:Bearer|Basic|token)\\s+)?[^\\s\"',;&\\]}]+");
  private static final Pattern SCHEME =
      Pattern.compile("(?i)\\b(bearer|basic|token)\\s+[A-Za-z0-9_~+/=.-]{16,}");
  private static final int MOST_WORDS = 200;

  private Redaction() {}

  /** Words of somebody else for a message: short, on one line, without anything long in it. */
  public static String words(String text) {
    String line = LONG.matcher(text.replaceAll("\\p{Cntrl}+", " ")).replaceAll("...").strip();
    return line.length() <= MOST_WORDS ? line : line.substring(0, MOST_WORDS) + "...";
  }

  /** A line for a log, without tokens, secrets and codes. */
  public static String log(String text) {
    String line = JWT.matcher(text).replaceAll("<token>");
    line = NAMED.matcher(line).replaceAll("$1$2<secret>");
    return SCHEME.matcher(line).replaceAll("$1 <secret>");
  }
}
