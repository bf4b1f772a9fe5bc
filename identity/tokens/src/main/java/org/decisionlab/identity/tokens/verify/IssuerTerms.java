// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.decisionlab.identity.tokens.scope.StoragePath;
import org.jspecify.annotations.Nullable;

/**
 * One issuer in the file of a service, and on which terms its tokens are accepted:
 *
 * <pre>
 * {"issuer":"https://iam.example.org/",
 *  "audiences":["https://service.example.org"],
 *  "any_audience":false,
 *  "without_audience":false,
 *  "introspection":{"client_id":"service","secret_file":"iam-client.secret","always":false}}
 * </pre>
 *
 * <p>A service has members of its own beside these, and refuses what it does not know.
 */
public final class IssuerTerms {

  /** The members that are read here. */
  public static final Set<String> MEMBERS =
      Set.of("issuer", "audiences", "any_audience", "without_audience", "introspection");

  private static final System.Logger LOG = System.getLogger(IssuerTerms.class.getName());
  private static final Set<String> OF_INTROSPECTION = Set.of("client_id", "secret_file", "always");

  private IssuerTerms() {}

  /**
   * Reads an issuer.
   *
   * @param json the object with {@link #MEMBERS}
   * @param base where the paths in its storage scopes begin
   * @param where begins messages
   * @param file the file that it is in; the files that it names are beside it
   * @throws IOException saying what is wrong where
   */
  public static TrustedIssuer read(JsonNode json, StoragePath base, String where, Path file)
      throws IOException {
    String name = text(json, "issuer", where);
    try {
      return new TrustedIssuer(
          new URI(name),
          texts(json, "audiences", where),
          flag(json, "any_audience", where),
          flag(json, "without_audience", where),
          base,
          introspection(json.path("introspection"), where, file));
    } catch (URISyntaxException e) {
      throw new IOException(where + "'issuer' is no address: " + name, e);
    } catch (IllegalArgumentException e) {
      throw new IOException(where + e.getMessage(), e);
    }
  }

  private static @Nullable Introspection introspection(JsonNode json, String where, Path file)
      throws IOException {
    if (json.isMissingNode()) {
      return null;
    }
    String place = where + "introspection: ";
    requireKnown(json, OF_INTROSPECTION, place);
    String client = text(json, "client_id", place);
    Path secret = file.toAbsolutePath().resolveSibling(text(json, "secret_file", place));
    if (!Files.isReadable(secret) || Files.readString(secret).isBlank()) {
      throw new IOException(place + "'secret_file' " + secret + " cannot be read, or is empty");
    }
    PosixFileAttributeView mode = Files.getFileAttributeView(secret, PosixFileAttributeView.class);
    if (mode != null
        && mode.readAttributes().permissions().contains(PosixFilePermission.OTHERS_READ)) {
      LOG.log(Level.WARNING, "{0} holds a secret and can be read by everybody here", secret);
    }
    return new Introspection(client, secret, flag(json, "always", place));
  }

  /** Refuses members that are not known. */
  public static void requireKnown(JsonNode json, Set<String> known, String where)
      throws IOException {
    if (!json.isObject()) {
      throw new IOException(where + "it must be an object with some of " + new TreeSet<>(known));
    }
    for (Map.Entry<String, JsonNode> member : json.properties()) {
      if (!known.contains(member.getKey())) {
        throw new IOException(
            where + "'" + member.getKey() + "' is not known; known are " + new TreeSet<>(known));
      }
    }
  }

  /** A member that must be text. */
  public static String text(JsonNode json, String member, String where) throws IOException {
    JsonNode value = json.path(member);
    if (!value.isTextual() || value.asText().isBlank()) {
      throw new IOException(where + "'" + member + "' must be text");
    }
    return value.asText();
  }

  /** A member that must be a list of texts where it is there. */
  public static Set<String> texts(JsonNode json, String member, String where) throws IOException {
    Set<String> texts = new LinkedHashSet<>();
    JsonNode list = json.path(member);
    if (list.isMissingNode()) {
      return texts;
    }
    String rule = where + "'" + member + "' must be a list of texts";
    if (!list.isArray()) {
      throw new IOException(rule);
    }
    for (JsonNode text : list) {
      if (!text.isTextual() || text.asText().isBlank()) {
        throw new IOException(rule);
      }
      texts.add(text.asText());
    }
    return texts;
  }

  /** A member that must be true or false where it is there. */
  public static boolean flag(JsonNode json, String member, String where) throws IOException {
    JsonNode value = json.path(member);
    if (!value.isMissingNode() && !value.isBoolean()) {
      throw new IOException(where + "'" + member + "' must be true or false");
    }
    return value.asBoolean();
  }
}
