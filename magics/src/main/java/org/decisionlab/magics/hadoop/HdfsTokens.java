// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.hadoop;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.HAUtilClient;
import org.decisionlab.identity.tokens.http.SafeUri;
import org.decisionlab.identity.tokens.source.TokenRequest;
import org.decisionlab.magics.login.KernelTokens;
import org.jspecify.annotations.Nullable;

/**
 * Which servers of WebHDFS are shown tokens: those that {@link #HOSTS} lists and no other, over TLS
 * or on this machine. An address in a cell and a setting of a Spark session add none. Hadoop's own
 * protocol has no place for one.
 */
public final class HdfsTokens {

  /** Environment variable with the servers that are shown tokens, each with its audience. */
  public static final String HOSTS = "DECISIONLAB_HDFS_HOSTS";

  /** Environment variable with the audience for servers that are listed without one. */
  public static final String AUDIENCE = "DECISIONLAB_HDFS_AUDIENCE";

  /** Environment variable with the scopes, between blanks, of tokens for these servers. */
  public static final String SCOPES = "DECISIONLAB_HDFS_SCOPES";

  private static final Map<String, String> TRANSPORT =
      Map.of("webhdfs", "http", "swebhdfs", "https");
  private static final Map<String, Integer> PORT = Map.of("webhdfs", 9870, "swebhdfs", 9871);
  private static final Pattern ENTRY =
      Pattern.compile("((?:\\*\\.)?[A-Za-z0-9.-]+|\\[[0-9A-Fa-f:]+])(:[0-9]{1,5})?(?:=(\\S+))?");

  private final KernelTokens tokens;

  /** A server, or all of a domain, and for whom its tokens are; empty where that is not said. */
  private record Listed(String host, String port, String audience) {

    boolean is(String wanted, int wantedPort) {
      boolean same =
          host.startsWith("*.") ? wanted.endsWith(host.substring(1)) : wanted.equals(host);
      return same && (port.isEmpty() || port.equals(":" + wantedPort));
    }
  }

  /** Tokens of a kernel. */
  public HdfsTokens(KernelTokens tokens) {
    this.tokens = tokens;
  }

  /**
   * What the server of an address is shown.
   *
   * @param settings those that it is asked with
   * @param asking whether the user may be asked to log in
   * @throws IOException when the environment lists something that is no server
   */
  ShownToken of(URI address, Configuration settings, boolean asking) throws IOException {
    String transport = TRANSPORT.get(String.valueOf(address.getScheme()));
    if (transport == null || address.getHost() == null) {
      return ShownToken.none("");
    }
    String host = address.getHost().toLowerCase(Locale.ROOT);
    int port = address.getPort() < 0 ? usualPort(address) : address.getPort();
    List<Listed> listed = listed();
    Optional<Listed> entry = listed.stream().filter(each -> each.is(host, port)).findFirst();
    if (entry.isEmpty()) {
      return ShownToken.none(
          "tokens are sent to the servers that "
              + HOSTS
              + " lists before the kernel starts ("
              + (listed.isEmpty() ? "none" : tokens.setting(HOSTS))
              + "), and to no other");
    }
    if (HAUtilClient.isLogicalUri(settings, address)) {
      return ShownToken.none(
          "Hadoop's settings make "
              + host
              + " the name of other servers; a token is sent to a server that is named itself");
    }
    try {
      SafeUri.check(URI.create(transport + "://" + host + ":" + port));
    } catch (IllegalArgumentException e) {
      return ShownToken.none(
          "a token is sent over TLS (swebhdfs://), or to this machine, only: " + e.getMessage());
    }
    return new ShownToken(tokens, request(entry.get(), host, port), asking);
  }

  private TokenRequest request(Listed entry, String host, int port) throws IOException {
    String audience = entry.audience().isEmpty() ? tokens.setting(AUDIENCE) : entry.audience();
    String scopes = tokens.setting(SCOPES);
    try {
      return TokenRequest.of(
          audience.isEmpty() ? "https://" + host + ":" + port : audience,
          scopes.isEmpty() ? List.of() : List.of(scopes.split("\\s+", -1)));
    } catch (IllegalArgumentException e) {
      throw new IOException(HOSTS + ", " + AUDIENCE + " or " + SCOPES + ": " + e.getMessage(), e);
    }
  }

  private List<Listed> listed() throws IOException {
    List<Listed> listed = new ArrayList<>();
    for (String text : tokens.setting(HOSTS).split("[,\\s]+", -1)) {
      if (text.isEmpty()) {
        continue;
      }
      Matcher entry = ENTRY.matcher(text);
      if (!entry.matches()) {
        throw new IOException(
            HOSTS
                + " lists '"
                + text
                + "', which is no server; write HOST, HOST:PORT or *.DOMAIN, with =AUDIENCE behind"
                + " it where it has one of its own");
      }
      listed.add(
          new Listed(group(entry, 1).toLowerCase(Locale.ROOT), group(entry, 2), group(entry, 3)));
    }
    return listed;
  }

  private static String group(Matcher matcher, int number) {
    @Nullable String group = matcher.group(number);
    return group == null ? "" : group;
  }

  private static int usualPort(URI address) {
    return PORT.getOrDefault(String.valueOf(address.getScheme()), -1);
  }
}
