// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.StringWriter;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** All that is logged while tests run, and the secrets that must not be there. */
final class LoggedSecrets implements AutoCloseable {

  private static final String LOGGING = "org.springframework.boot.logging.LoggingSystem";
  private static final List<String> LOUD =
      List.of(
          "org.decisionlab.identity.broker",
          "org.springframework.web.client",
          "org.springframework.http",
          "org.springframework.security.oauth2.client");

  /** Everything that is logged: by the house as it is, by libraries as the program writes it. */
  private static final class Captured extends Handler {
    private final StringWriter lines = new StringWriter();
    private final Formatter plain = new SimpleFormatter();
    private final Formatter redacted = new RedactedFormatter();

    @Override
    public void publish(LogRecord record) {
      boolean own = String.valueOf(record.getLoggerName()).startsWith("org.decisionlab");
      lines.write((own ? plain : redacted).format(record));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  private final Captured captured = new Captured();
  private final Set<String> secrets = ConcurrentHashMap.newKeySet();
  // Held here, else a logger could be collected with its level.
  private final List<Logger> loud = LOUD.stream().map(Logger::getLogger).toList();

  LoggedSecrets() {
    // Else each start of Spring Boot would take the handler away that captures the log.
    System.setProperty(LOGGING, "none");
    captured.setLevel(Level.ALL);
    Logger.getLogger("").addHandler(captured);
    loud.forEach(logger -> logger.setLevel(Level.ALL));
  }

  /** The log must not have this, nor its part behind the last dot: a token's signature. */
  void keep(String secret) {
    secrets.add(secret);
  }

  /** The same of all tokens of a login as the hub keeps it. */
  void keepTokens(ObjectNode login) {
    for (String name : List.of("access_token", "refresh_token", "id_token")) {
      if (login.hasNonNull(name)) {
        keep(login.path(name).asText());
      }
    }
  }

  /** The log has these words, and none of the secrets. */
  void check(String... words) {
    String lines = captured.lines.toString();
    assertThat(lines).contains(words);
    assertThat(secrets).hasSizeGreaterThan(10);
    for (String secret : secrets) {
      assertThat(lines.contains(secret)).as("a secret of %d letters", secret.length()).isFalse();
      String signature = secret.substring(secret.lastIndexOf('.') + 1);
      assertThat(lines.contains(signature)).as("a token's signature").isFalse();
    }
  }

  @Override
  public void close() {
    System.clearProperty(LOGGING);
    Logger.getLogger("").removeHandler(captured);
    loud.forEach(logger -> logger.setLevel(null));
  }
}
