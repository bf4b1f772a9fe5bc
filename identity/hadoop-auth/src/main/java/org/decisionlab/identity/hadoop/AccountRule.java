// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.hadoop;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.decisionlab.identity.tokens.verify.VerifiedToken;
import org.jspecify.annotations.Nullable;

/**
 * Which account of HDFS the tokens of one issuer stand for. Accounts that run services, and that of
 * the server itself, are nobody's.
 *
 * @param named accounts by subject; null where the rule is another one
 * @param byUsername whether it is the name that people read, not the subject
 * @param prefix put before the name
 * @param reserved accounts that no token stands for, in small letters
 */
record AccountRule(
    @Nullable Map<String, String> named, boolean byUsername, String prefix, Set<String> reserved) {

  /** Accounts of Hadoop's services, and of the system. */
  static final Set<String> SERVICES =
      Set.of(
          "dr.who",
          "hadoop",
          "hbase",
          "hdfs",
          "hive",
          "http",
          "httpfs",
          "hue",
          "impala",
          "kafka",
          "kms",
          "knox",
          "livy",
          "mapred",
          "nobody",
          "oozie",
          "ranger",
          "root",
          "solr",
          "spark",
          "yarn",
          "yarn-ats",
          "zookeeper");

  private static final Pattern ACCOUNT = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}");

  /** Keeps copies. */
  AccountRule {
    named = named == null ? null : Map.copyOf(named);
    reserved = Set.copyOf(reserved);
  }

  /** The account that a token stands for. */
  String account(VerifiedToken token) throws Refusal {
    String name = named != null ? named.get(token.subject()) : told(token);
    if (name == null) {
      throw Refusal.forbidden(
          named != null
              ? "this user has no account here; the operator of HttpFS gives one to the subject "
                  + token.subject()
              : "the token has no 'preferred_username', by which users are known here");
    }
    String account = named != null ? name : prefix + name;
    String wrong = wrong(account);
    if (wrong != null) {
      throw Refusal.forbidden(wrong);
    }
    return account;
  }

  private @Nullable String told(VerifiedToken token) {
    return byUsername ? token.username() : token.subject();
  }

  /** Why a name is no account of a user, or null. */
  @Nullable String wrong(String account) {
    if (!ACCOUNT.matcher(account).matches()) {
      return "the name of this user is no account of HDFS: letters, digits, '_', '.' and '-', 64 at"
          + " most";
    }
    if (reserved.contains(account.toLowerCase(Locale.ROOT))) {
      return "the account '" + account + "' runs a service; no token stands for it";
    }
    return null;
  }

  /** The accounts that no token stands for: those of services, of this server, and others. */
  static Set<String> reserved(String server, Set<String> others) {
    Set<String> all = new TreeSet<>(SERVICES);
    all.add(server.toLowerCase(Locale.ROOT));
    others.forEach(other -> all.add(other.toLowerCase(Locale.ROOT)));
    return all;
  }
}
