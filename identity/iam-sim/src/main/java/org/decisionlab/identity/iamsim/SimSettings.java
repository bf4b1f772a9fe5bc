// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.iamsim;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;

/**
 * What the simulator starts with.
 *
 * @param address where it listens, which must be this machine's loopback
 * @param port its port, 0 for a free one
 * @param folder for its secrets; made when it is not there
 * @param users the accounts
 * @param clients the registered clients
 * @param terms how it behaves at first
 */
public record SimSettings(
    String address,
    int port,
    Path folder,
    List<SimUser> users,
    List<SimClient> clients,
    Terms terms) {

  /** The client of the hub and of the token broker. */
  public static final String HUB = "decisionlab-hub";

  /**
   * The same for a hub whose client names no profile, as those of IAM do by default: tokens are of
   * the server's own profile.
   */
  public static final String PLAIN_HUB = "decisionlab-hub-plain";

  /** The client of programs in a terminal, without a secret. */
  public static final String TERMINAL = "decisionlab-cli";

  /** Refuses addresses that others can reach. */
  public SimSettings {
    users = List.copyOf(users);
    clients = List.copyOf(clients);
    try {
      if (!InetAddress.getByName(address).isLoopbackAddress()) {
        throw new IllegalArgumentException(
            "the IAM simulator is for one machine: it listens on loopback such as 127.0.0.1, not on "
                + address);
      }
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("no such address: " + address, e);
    }
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("a port is 0 to 65535, not " + port);
    }
  }

  /**
   * Demo users and clients on a free port.
   *
   * @param folder for the secrets
   * @param redirects where the hub's logins may return to
   */
  public static SimSettings demo(Path folder, List<String> redirects) {
    return new SimSettings(
        "127.0.0.1", 0, folder, demoUsers(), demoClients(redirects), Terms.USUAL);
  }

  /** The same at another port. */
  public SimSettings at(int other) {
    return new SimSettings(address, other, folder, users, clients, terms);
  }

  /** The same at another address. */
  public SimSettings on(String other) {
    return new SimSettings(other, port, folder, users, clients, terms);
  }

  /** The same on other terms. */
  public SimSettings with(Terms other) {
    return new SimSettings(address, port, folder, users, clients, other);
  }

  private static List<SimUser> demoUsers() {
    return List.of(
        new SimUser(
            "ada",
            "Ada Admin",
            List.of("/cms", "/cms/analysis", "/decisionlab", "/decisionlab/admins"),
            List.of("/cms/production")),
        new SimUser("bob", "Bob Physicist", List.of("/cms", "/decisionlab"), List.of()),
        new SimUser("eve", "Eve Elsewhere", List.of("/guests"), List.of()));
  }

  private static List<SimClient> demoClients(List<String> redirects) {
    List<String> scopes =
        List.of(
            "openid",
            "profile",
            "email",
            "offline_access",
            "wlcg",
            "wlcg.groups",
            "model.read",
            "model.write",
            "compute.read",
            "compute.create",
            "compute.modify",
            "compute.cancel",
            "storage.read:/",
            "storage.create:/",
            "storage.modify:/",
            "storage.stage:/");
    List<String> plain = scopes.stream().filter(scope -> !scope.startsWith("wlcg")).toList();
    return List.of(
        new SimClient(HUB, true, redirects, scopes, List.of(HUB)),
        new SimClient(PLAIN_HUB, true, redirects, plain, List.of(PLAIN_HUB)),
        new SimClient(TERMINAL, false, List.of(), scopes, List.of()),
        new SimClient(
            "decisionlab-sidecar", true, List.of(), List.of("openid", "profile"), List.of()));
  }
}
