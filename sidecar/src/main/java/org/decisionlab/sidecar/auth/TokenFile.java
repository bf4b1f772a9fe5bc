// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.auth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.decisionlab.identity.tokens.verify.InvalidTokenException;
import org.jspecify.annotations.Nullable;

/**
 * Tokens listed in a file, each by its SHA-256, so that the file holds no secret:
 *
 * <pre>
 * {"tokens":[{"sha256":"...","name":"xcache1","rights":["decide"],"expires":"2027-01-01T00:00:00Z"}]}
 * </pre>
 *
 * <p>The file is read again when it changes. A changed file that cannot be read is logged, and the
 * tokens that were known before go on being accepted.
 */
public final class TokenFile implements Authenticator {

  private static final System.Logger LOG = System.getLogger(TokenFile.class.getName());
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private static final long LOOK_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int MAX_BYTES = 16 << 20;
  private static final int MAX_TOKEN = 16 << 10;

  private record Entry(Identity identity, @Nullable Instant expires) {}

  private record Content(FileTime changed, Map<String, Entry> byHash) {}

  private final Path file;
  private final Clock clock;
  private final AtomicLong lookedAt = new AtomicLong(System.nanoTime());
  private volatile Content content;

  /**
   * Reads a file of tokens.
   *
   * @throws IOException when it cannot be read, or is not one, saying what is wrong where
   */
  public TokenFile(Path file, Clock clock) throws IOException {
    this.file = file;
    this.clock = clock;
    this.content = read();
  }

  @Override
  public Identity identify(String token) throws InvalidTokenException {
    Identity found = find(token);
    if (found == null) {
      throw new InvalidTokenException("the token is not known");
    }
    return found;
  }

  /**
   * Who presents a token of this file.
   *
   * @return null when it is not listed
   * @throws InvalidTokenException when it is empty or too long, or was listed until it expired
   */
  @Nullable Identity find(String token) throws InvalidTokenException {
    lookAgain();
    if (token.isEmpty() || token.length() > MAX_TOKEN) {
      throw new InvalidTokenException("the token is empty or longer than " + MAX_TOKEN);
    }
    Entry entry = content.byHash().get(sha256(token));
    if (entry == null) {
      return null;
    }
    if (entry.expires() != null && !clock.instant().isBefore(entry.expires())) {
      throw new InvalidTokenException("the token expired at " + entry.expires());
    }
    return entry.identity();
  }

  private void lookAgain() {
    long now = System.nanoTime();
    long before = lookedAt.get();
    if (now - before < LOOK_AGAIN_NANOS || !lookedAt.compareAndSet(before, now)) {
      return;
    }
    try {
      if (!Files.getLastModifiedTime(file).equals(content.changed())) {
        content = read();
        LOG.log(Level.INFO, "read {0} tokens of {1} again", content.byHash().size(), file);
      }
    } catch (IOException e) {
      LOG.log(Level.ERROR, "the tokens known before go on being accepted: {0}", e.getMessage());
    }
  }

  private Content read() throws IOException {
    FileTime changed = Files.getLastModifiedTime(file);
    if (Files.size(file) > MAX_BYTES) {
      throw new IOException(file + " is larger than " + MAX_BYTES + " bytes");
    }
    Map<String, Entry> byHash = new HashMap<>();
    JsonNode tokens;
    try {
      tokens = JSON.readTree(Files.readAllBytes(file)).path("tokens");
    } catch (JsonProcessingException e) {
      throw new IOException(file + " is not JSON: line " + e.getLocation().getLineNr(), e);
    }
    if (!tokens.isArray()) {
      throw new IOException(file + " must be {\"tokens\":[{\"sha256\",\"name\",\"rights\"}...]}");
    }
    for (int i = 0; i < tokens.size(); i++) {
      add(byHash, tokens.get(i), file + ", tokens[" + i + "]: ");
    }
    return new Content(changed, Map.copyOf(byHash));
  }

  private static void add(Map<String, Entry> byHash, JsonNode token, String where)
      throws IOException {
    String hash = token.path("sha256").asText().toLowerCase(Locale.ROOT);
    String name = token.path("name").asText();
    if (!hash.matches("[0-9a-f]{64}")) {
      throw new IOException(where + "'sha256' must be 64 hexadecimal digits");
    }
    if (!name.matches("[A-Za-z0-9_.@/:-]{1,128}")) {
      throw new IOException(where + "'name' must be 1 to 128 letters, digits or _.@/:-");
    }
    Instant expires = null;
    try {
      if (token.hasNonNull("expires")) {
        expires = Instant.parse(token.path("expires").asText());
      }
    } catch (DateTimeException e) {
      throw new IOException(where + "'expires' must be an instant like 2027-01-01T00:00:00Z", e);
    }
    Entry entry = new Entry(new Identity(name, rights(token.path("rights"), where)), expires);
    if (byHash.put(hash, entry) != null) {
      throw new IOException(where + "the same token is listed twice");
    }
  }

  /** The rights of a list of their words; at least one. */
  static Set<Right> rights(JsonNode words, String where) throws IOException {
    Set<Right> rights = EnumSet.noneOf(Right.class);
    if (!words.isArray() || words.isEmpty()) {
      throw new IOException(where + "'rights' must list some of " + known());
    }
    for (JsonNode word : words) {
      Right found = null;
      for (Right right : Right.values()) {
        if (right.word().equals(word.asText())) {
          found = right;
        }
      }
      if (found == null) {
        throw new IOException(where + "unknown right " + word + "; known are " + known());
      }
      rights.add(found);
    }
    return rights;
  }

  private static String known() {
    return EnumSet.allOf(Right.class).stream().map(Right::word).toList().toString();
  }

  private static String sha256(String token) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
