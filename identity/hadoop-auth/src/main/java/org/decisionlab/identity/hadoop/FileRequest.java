// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.hadoop;

import static java.util.Map.entry;
import static org.decisionlab.identity.tokens.scope.StorageOperation.CREATE;
import static org.decisionlab.identity.tokens.scope.StorageOperation.MODIFY;
import static org.decisionlab.identity.tokens.scope.StorageOperation.READ;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.decisionlab.identity.tokens.scope.InvalidPathException;
import org.decisionlab.identity.tokens.scope.StorageOperation;
import org.decisionlab.identity.tokens.scope.StoragePath;
import org.jspecify.annotations.Nullable;

/**
 * What a request of the WebHDFS protocol asks for. It is read from the address alone, and what the
 * server behind might read in another way is refused, as is every operation that is not known here.
 *
 * @param operation its name in the protocol
 * @param needs what must be permitted for it
 */
record FileRequest(String operation, List<Need> needs) {

  private static final String PREFIX = "/webhdfs/v1";

  /** What must be permitted on which path. */
  record Need(StorageOperation operation, StoragePath path) {

    /** The scope that grants it. */
    String scope() {
      return operation.scope() + ":" + path;
    }
  }

  /** How an operation is asked for, and what it needs on its path; null for nothing. */
  private record Kind(String method, @Nullable StorageOperation needed) {}

  private static final Kind READING = new Kind("GET", READ);

  private static final Map<String, Kind> KINDS =
      Map.ofEntries(
          entry("OPEN", READING),
          entry("GETFILESTATUS", READING),
          entry("LISTSTATUS", READING),
          entry("LISTSTATUS_BATCH", READING),
          entry("GETCONTENTSUMMARY", READING),
          entry("GETQUOTAUSAGE", READING),
          entry("GETFILECHECKSUM", READING),
          entry("GETFILEBLOCKLOCATIONS", READING),
          entry("GET_BLOCK_LOCATIONS", READING),
          entry("GETACLSTATUS", READING),
          entry("GETXATTRS", READING),
          entry("LISTXATTRS", READING),
          entry("CHECKACCESS", READING),
          entry("GETHOMEDIRECTORY", new Kind("GET", null)),
          entry("MKDIRS", new Kind("PUT", CREATE)),
          entry("CREATE", new Kind("PUT", MODIFY)),
          entry("RENAME", new Kind("PUT", MODIFY)),
          entry("APPEND", new Kind("POST", MODIFY)),
          entry("DELETE", new Kind("DELETE", MODIFY)));

  /** Keeps a copy. */
  FileRequest {
    needs = List.copyOf(needs);
  }

  /**
   * Reads a request.
   *
   * @param uri path of the address, as it was sent
   * @param query query of the address, as it was sent, or null
   * @param contentType type of the body, or null
   * @throws Refusal when it is none, or is not permitted to anybody with a token
   */
  static FileRequest of(
      String method, String uri, @Nullable String query, @Nullable String contentType)
      throws Refusal {
    Map<String, String> parameters = parameters(query == null ? "" : query);
    if (contentType != null
        && contentType.toLowerCase(Locale.ROOT).contains("x-www-form-urlencoded")) {
      throw Refusal.malformed("parameters belong into the address, not into a form");
    }
    if (parameters.containsKey("doas") || parameters.containsKey("delegation")) {
      throw Refusal.forbidden(
          "who shows an access token acts as nobody else: no 'doas', no 'delegation'");
    }
    StoragePath path = path(uri);
    String name = parameters.getOrDefault("op", "").toUpperCase(Locale.ROOT);
    Kind kind = KINDS.get(name);
    if (kind == null) {
      throw Refusal.forbidden(
          "this operation is not for access tokens; 'op' may be one of "
              + KINDS.keySet().stream().sorted().collect(Collectors.joining(" ")));
    }
    if (!kind.method().equals(method)) {
      throw Refusal.malformed(name + " is asked for by " + kind.method());
    }
    if (name.equals("RENAME")) {
      StoragePath to = plain(parameters.getOrDefault("destination", ""));
      return new FileRequest(name, List.of(new Need(MODIFY, path), new Need(MODIFY, to)));
    }
    // HttpFS overwrites unless it is told not to.
    boolean keeps = name.equals("CREATE") && "false".equals(parameters.get("overwrite"));
    StorageOperation needed = keeps ? CREATE : kind.needed();
    return new FileRequest(name, needed == null ? List.of() : List.of(new Need(needed, path)));
  }

  /** Words for the log. */
  String words() {
    return operation + needs.stream().map(need -> " " + need.path()).collect(Collectors.joining());
  }

  private static StoragePath path(String uri) throws Refusal {
    if (!uri.equals(PREFIX) && !uri.startsWith(PREFIX + "/")) {
      throw Refusal.forbidden("access tokens are for " + PREFIX + " and nothing else");
    }
    if (uri.indexOf(';') >= 0) {
      throw Refusal.malformed("a path must not have a bare ';'");
    }
    String path = uri.substring(PREFIX.length());
    try {
      return path.isEmpty() ? StoragePath.ROOT : StoragePath.ofEncoded(path);
    } catch (InvalidPathException e) {
      throw Refusal.malformed(String.valueOf(e.getMessage()));
    }
  }

  private static StoragePath plain(String path) throws Refusal {
    try {
      return StoragePath.of(path);
    } catch (InvalidPathException e) {
      throw Refusal.malformed("'destination': " + e.getMessage());
    }
  }

  /** The parameters; their names in small letters, as servers do not agree on the case. */
  private static Map<String, String> parameters(String query) throws Refusal {
    if (query.indexOf(';') >= 0) {
      throw Refusal.malformed("a query must not have a bare ';'");
    }
    Map<String, String> parameters = new HashMap<>();
    for (String each : query.split("&", -1)) {
      if (each.isEmpty()) {
        continue;
      }
      int equals = each.indexOf('=');
      String name = decoded(equals < 0 ? each : each.substring(0, equals));
      String value = equals < 0 ? "" : decoded(each.substring(equals + 1));
      if (parameters.put(name.toLowerCase(Locale.ROOT), value) != null) {
        throw Refusal.malformed("a parameter must not be there twice");
      }
    }
    return parameters;
  }

  private static String decoded(String text) throws Refusal {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw Refusal.malformed("the query is not percent-encoded as it should be");
    }
  }
}
