// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.auth;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.decisionlab.identity.tokens.scope.StoragePath;
import org.decisionlab.identity.tokens.verify.Introspection;
import org.decisionlab.identity.tokens.verify.TrustedIssuer;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.wire.StrictJson;
import org.jspecify.annotations.Nullable;

/**
 * The file of issuers whose access tokens are accepted, and of what their groups and scopes permit:
 *
 * <pre>
 * {"issuers":[{
 *   "issuer":"https://iam.example.org/",
 *   "audiences":["https://sidecar.example.org"],
 *   "any_audience":false,
 *   "without_audience":false,
 *   "introspection":{"client_id":"sidecar","secret_file":"iam-client.secret","always":false},
 *   "readers":["/cms"],
 *   "grants":[{"group":"/cms","rights":["read","predict"]},
 *             {"scope":"model.write","rights":["publish"]}]}]}
 * </pre>
 *
 * <p>Grants are of one issuer: the same group of another one is another group. What is not known in
 * the file is refused, so that a word written wrongly never opens or closes a door unseen.
 *
 * @param issuers the issuers and their terms
 * @param grants what is granted, by the issuer as it is written in the file
 * @param realms what else holds for its users, by the same
 */
record IssuersFile(
    List<TrustedIssuer> issuers, Map<String, List<Grant>> grants, Map<String, Realm> realms) {

  private static final System.Logger LOG = System.getLogger(IssuersFile.class.getName());
  private static final int MAX_BYTES = 4 << 20;
  private static final Set<String> OF_FILE = Set.of("issuers");
  private static final Set<String> OF_ISSUER =
      Set.of(
          "issuer",
          "audiences",
          "any_audience",
          "without_audience",
          "introspection",
          "readers",
          "grants");
  private static final Set<String> OF_INTROSPECTION = Set.of("client_id", "secret_file", "always");
  private static final Set<String> OF_GRANT = Set.of("group", "scope", "rights");

  /** Keeps copies. */
  IssuersFile {
    issuers = List.copyOf(issuers);
    grants = Map.copyOf(grants);
    realms = Map.copyOf(realms);
  }

  /**
   * Reads a file.
   *
   * @throws IOException when it cannot be read, or is not one, saying what is wrong where
   */
  static IssuersFile read(Path file) throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw new IOException(file + " is larger than " + MAX_BYTES + " bytes");
    }
    JsonNode root;
    try {
      root = StrictJson.object(Files.readAllBytes(file), file.toString());
    } catch (RefusedException e) {
      throw new IOException(e.told(), e);
    }
    requireKnown(root, OF_FILE, file + ": ");
    JsonNode list = root.path("issuers");
    if (!list.isArray() || list.isEmpty()) {
      throw new IOException(
          file + " must be {\"issuers\":[{\"issuer\",\"audiences\",\"grants\"}...]}, one or more");
    }
    List<TrustedIssuer> issuers = new ArrayList<>();
    Map<String, List<Grant>> grants = new HashMap<>();
    Map<String, Realm> realms = new HashMap<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < list.size(); i++) {
      String where = file + ", issuers[" + i + "]: ";
      TrustedIssuer issuer = issuer(list.get(i), where, file);
      String name = issuer.issuer().toString();
      if (!names.add(name.replaceFirst("/$", ""))) {
        throw new IOException(where + name + " is listed twice");
      }
      issuers.add(issuer);
      grants.put(name, grants(list.get(i).path("grants"), where));
      realms.put(name, realm(name, list.get(i).path("readers"), where));
    }
    return new IssuersFile(issuers, grants, realms);
  }

  private static TrustedIssuer issuer(JsonNode json, String where, Path file) throws IOException {
    requireKnown(json, OF_ISSUER, where);
    String name = text(json, "issuer", where);
    try {
      return new TrustedIssuer(
          new URI(name),
          audiences(json.path("audiences"), where),
          flag(json, "any_audience", where),
          flag(json, "without_audience", where),
          StoragePath.ROOT,
          introspection(json.path("introspection"), where, file));
    } catch (URISyntaxException e) {
      throw new IOException(where + "'issuer' is no address: " + name, e);
    } catch (IllegalArgumentException e) {
      throw new IOException(where + e.getMessage(), e);
    }
  }

  private static Set<String> audiences(JsonNode list, String where) throws IOException {
    Set<String> audiences = new LinkedHashSet<>();
    if (list.isMissingNode()) {
      return audiences;
    }
    String rule = where + "'audiences' must be a list of texts";
    if (!list.isArray()) {
      throw new IOException(rule);
    }
    for (JsonNode audience : list) {
      if (!audience.isTextual() || audience.asText().isBlank()) {
        throw new IOException(rule);
      }
      audiences.add(audience.asText());
    }
    return audiences;
  }

  private static @Nullable Introspection introspection(JsonNode json, String where, Path file)
      throws IOException {
    if (json.isMissingNode()) {
      return null;
    }
    requireKnown(json, OF_INTROSPECTION, where + "introspection: ");
    String client = text(json, "client_id", where + "introspection: ");
    Path secret =
        file.toAbsolutePath().resolveSibling(text(json, "secret_file", where + "introspection: "));
    if (!Files.isReadable(secret) || Files.readString(secret).isBlank()) {
      throw new IOException(
          where + "introspection: 'secret_file' " + secret + " cannot be read, or is empty");
    }
    PosixFileAttributeView mode = Files.getFileAttributeView(secret, PosixFileAttributeView.class);
    if (mode != null
        && mode.readAttributes().permissions().contains(PosixFilePermission.OTHERS_READ)) {
      LOG.log(Level.WARNING, "{0} holds a secret and can be read by everybody here", secret);
    }
    return new Introspection(client, secret, flag(json, "always", where + "introspection: "));
  }

  /** Who reads new models: all, where that is not said. */
  private static Realm realm(String issuer, JsonNode readers, String where) throws IOException {
    String name = issuer.replaceFirst("/$", "");
    if (readers.isMissingNode()) {
      return new Realm(name, Readers.ALL);
    }
    try {
      return new Realm(name, ReadersChoice.of(readers).ofIssuer(name));
    } catch (RefusedException e) {
      throw new IOException(where + e.told(), e);
    }
  }

  private static List<Grant> grants(JsonNode list, String where) throws IOException {
    if (!list.isArray() || list.isEmpty()) {
      throw new IOException(
          where
              + "'grants' must list what its tokens may do: {\"group\" or \"scope\",\"rights\"},"
              + " one or more");
    }
    List<Grant> grants = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      String place = where + "grants[" + i + "]: ";
      JsonNode json = list.get(i);
      requireKnown(json, OF_GRANT, place);
      String group = json.has("group") ? group(text(json, "group", place), place) : null;
      String scope = json.has("scope") ? scope(text(json, "scope", place), place) : null;
      if (group == null && scope == null) {
        throw new IOException(place + "it needs a 'group' or a 'scope'");
      }
      grants.add(new Grant(group, scope, TokenFile.rights(json.path("rights"), place)));
    }
    return List.copyOf(grants);
  }

  private static String group(String group, String where) throws IOException {
    if (!Readers.isGroup(group)) {
      throw new IOException(where + "a group is written like /cms/analysis, not '" + group + "'");
    }
    return group;
  }

  /** Scopes with paths are about files, and cannot be compared as words. */
  private static String scope(String scope, String where) throws IOException {
    if (!scope.matches("[\\x21\\x23-\\x5b\\x5d-\\x7e]+") || scope.startsWith("storage.")) {
      throw new IOException(
          where
              + "'scope' must be one scope that is not about storage, like model.read, not '"
              + scope
              + "'");
    }
    return scope;
  }

  private static void requireKnown(JsonNode json, Set<String> known, String where)
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

  private static String text(JsonNode json, String member, String where) throws IOException {
    JsonNode value = json.path(member);
    if (!value.isTextual() || value.asText().isBlank()) {
      throw new IOException(where + "'" + member + "' must be text");
    }
    return value.asText();
  }

  private static boolean flag(JsonNode json, String member, String where) throws IOException {
    JsonNode value = json.path(member);
    if (!value.isMissingNode() && !value.isBoolean()) {
      throw new IOException(where + "'" + member + "' must be true or false");
    }
    return value.asBoolean();
  }
}
