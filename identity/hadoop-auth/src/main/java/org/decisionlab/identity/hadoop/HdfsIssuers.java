// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.hadoop;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.decisionlab.identity.tokens.scope.InvalidPathException;
import org.decisionlab.identity.tokens.scope.StoragePath;
import org.decisionlab.identity.tokens.verify.IssuerTerms;
import org.decisionlab.identity.tokens.verify.TrustedIssuer;
import org.decisionlab.identity.tokens.verify.VerifiedToken;
import org.jspecify.annotations.Nullable;

/**
 * The file of issuers whose access tokens HttpFS accepts, for which accounts and for what:
 *
 * <pre>
 * {"reserved":["archive"],
 *  "issuers":[{
 *   "issuer":"https://iam.example.org/",
 *   "audiences":["https://httpfs.example.org:14000"],
 *   "base":"/cms",
 *   "accounts":"subject",
 *   "prefix":"cms-",
 *   "groups":["/cms/production"]}]}
 * </pre>
 *
 * @param trusted the issuers and their terms
 * @param rules whose account a token stands for, by the issuer as it is written in the file
 * @param groups whose members may do what HDFS permits to their accounts, by issuer
 */
record HdfsIssuers(
    List<TrustedIssuer> trusted, Map<String, AccountRule> rules, Map<String, Set<String>> groups) {

  private static final int MAX_BYTES = 4 << 20;
  private static final Set<String> OF_FILE = Set.of("issuers", "reserved");
  private static final Set<String> OWN = Set.of("base", "accounts", "prefix", "groups");
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** Keeps copies. */
  HdfsIssuers {
    trusted = List.copyOf(trusted);
    rules = Map.copyOf(rules);
    groups = Map.copyOf(groups);
  }

  /**
   * Reads a file.
   *
   * @param server the account that the server itself runs as
   * @throws IOException when it cannot be read, or is not one, saying what is wrong where
   */
  static HdfsIssuers read(Path file, String server) throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw new IOException(file + " is larger than " + MAX_BYTES + " bytes");
    }
    JsonNode root;
    try {
      root = JSON.readTree(Files.readAllBytes(file));
    } catch (JacksonException e) {
      throw new IOException(file + " is not JSON: " + e.getOriginalMessage(), e);
    }
    IssuerTerms.requireKnown(root, OF_FILE, file + ": ");
    Set<String> reserved =
        AccountRule.reserved(server, IssuerTerms.texts(root, "reserved", file + ": "));
    JsonNode list = root.path("issuers");
    if (!list.isArray() || list.isEmpty()) {
      throw new IOException(
          file
              + " must be {\"issuers\":[{\"issuer\",\"audiences\",\"accounts\"}...]}, one or more");
    }
    List<TrustedIssuer> trusted = new ArrayList<>();
    Map<String, AccountRule> rules = new LinkedHashMap<>();
    Map<String, Set<String>> groups = new HashMap<>();
    Set<String> known = new HashSet<>(IssuerTerms.MEMBERS);
    known.addAll(OWN);
    for (int i = 0; i < list.size(); i++) {
      String where = file + ", issuers[" + i + "]: ";
      JsonNode json = list.get(i);
      IssuerTerms.requireKnown(json, known, where);
      TrustedIssuer issuer = IssuerTerms.read(json, base(json, where), where, file);
      String name = issuer.issuer().toString();
      trusted.add(issuer);
      groups.put(name, groups(json, where));
      if (rules.put(name, rule(json, reserved, where)) != null) {
        throw new IOException(where + name + " is listed twice");
      }
    }
    requireApart(List.copyOf(rules.values()), file);
    return new HdfsIssuers(trusted, rules, groups);
  }

  /** The account that a token stands for. */
  String account(VerifiedToken token) throws Refusal {
    AccountRule rule = rules.get(token.issuer());
    if (rule == null) {
      throw new IllegalStateException("no rule for the accounts of " + token.issuer());
    }
    return rule.account(token);
  }

  /**
   * Refuses what a token does not permit. Capabilities decide where there are some, then the groups
   * that the file lists for the issuer; HDFS's own rights of the account decide as well.
   */
  void requirePermitted(VerifiedToken token, FileRequest request) throws Refusal {
    Set<String> members = groups.getOrDefault(token.issuer(), Set.of());
    if (!Collections.disjoint(token.authorizingGroups(), members)) {
      return;
    }
    if (token.storage().isEmpty()) {
      throw Refusal.forbidden(
          "the token has no scope for storage, such as storage.read:/PATH, and no group that has"
              + " access here");
    }
    for (FileRequest.Need need : request.needs()) {
      if (!token.storage().permit(need.operation(), need.path())) {
        throw Refusal.forbidden(
            request.operation() + " on " + need.path() + " is not granted by the token's scopes",
            need.scope());
      }
    }
  }

  private static StoragePath base(JsonNode json, String where) throws IOException {
    if (!json.has("base")) {
      return StoragePath.ROOT;
    }
    try {
      return StoragePath.of(IssuerTerms.text(json, "base", where));
    } catch (InvalidPathException e) {
      throw new IOException(where + "'base': " + e.getMessage(), e);
    }
  }

  private static Set<String> groups(JsonNode json, String where) throws IOException {
    Set<String> groups = IssuerTerms.texts(json, "groups", where);
    for (String group : groups) {
      if (!group.matches("(/[^/\\s]+)+")) {
        throw new IOException(where + "a group is written like /cms/analysis, not '" + group + "'");
      }
    }
    return groups;
  }

  private static AccountRule rule(JsonNode json, Set<String> reserved, String where)
      throws IOException {
    JsonNode accounts = json.path("accounts");
    String prefix = json.has("prefix") ? IssuerTerms.text(json, "prefix", where) : "";
    if (accounts.isObject()) {
      return named(accounts, prefix, reserved, where);
    }
    String word = accounts.isTextual() ? accounts.asText() : "";
    if (!word.equals("subject") && !word.equals("preferred_username")) {
      throw new IOException(
          where
              + "'accounts' must be \"subject\", \"preferred_username\" or an object"
              + " {\"SUBJECT\":\"ACCOUNT\"}");
    }
    return new AccountRule(null, word.equals("preferred_username"), prefix, reserved);
  }

  private static AccountRule named(
      JsonNode accounts, String prefix, Set<String> reserved, String where) throws IOException {
    if (!prefix.isEmpty()) {
      throw new IOException(where + "'prefix' is of no use where accounts are listed");
    }
    Map<String, String> named = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> each : accounts.properties()) {
      named.put(each.getKey(), IssuerTerms.text(accounts, each.getKey(), where + "accounts: "));
    }
    AccountRule rule = new AccountRule(named, false, "", reserved);
    for (String account : named.values()) {
      @Nullable String wrong = rule.wrong(account);
      if (wrong != null) {
        throw new IOException(where + "accounts: '" + account + "': " + wrong);
      }
    }
    return rule;
  }

  /** A user of one issuer must not get the account of a user of another one. */
  private static void requireApart(List<AccountRule> rules, Path file) throws IOException {
    List<String> prefixes =
        rules.stream().filter(rule -> rule.named() == null).map(AccountRule::prefix).toList();
    for (int i = 0; rules.size() > 1 && i < prefixes.size(); i++) {
      for (int j = 0; j < prefixes.size(); j++) {
        if (prefixes.get(i).isEmpty() || (i != j && prefixes.get(j).startsWith(prefixes.get(i)))) {
          throw new IOException(
              file
                  + ": where there are several issuers, each has a 'prefix' of its own that begins"
                  + " no other one, or lists its accounts; else two users could share an account");
        }
      }
    }
  }
}
