// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.auth;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.decisionlab.identity.tokens.scope.StoragePath;
import org.decisionlab.identity.tokens.verify.IssuerTerms;
import org.decisionlab.identity.tokens.verify.TrustedIssuer;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.wire.StrictJson;

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

  private static final int MAX_BYTES = 4 << 20;
  private static final Set<String> OF_FILE = Set.of("issuers");
  private static final Set<String> OF_ISSUER =
      Stream.concat(IssuerTerms.MEMBERS.stream(), Stream.of("readers", "grants"))
          .collect(Collectors.toUnmodifiableSet());
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
    IssuerTerms.requireKnown(root, OF_FILE, file + ": ");
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
      IssuerTerms.requireKnown(list.get(i), OF_ISSUER, where);
      TrustedIssuer issuer = IssuerTerms.read(list.get(i), StoragePath.ROOT, where, file);
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
      IssuerTerms.requireKnown(json, OF_GRANT, place);
      String group =
          json.has("group") ? group(IssuerTerms.text(json, "group", place), place) : null;
      String scope =
          json.has("scope") ? scope(IssuerTerms.text(json, "scope", place), place) : null;
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
}
