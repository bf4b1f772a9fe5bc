// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.iamsim;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.core.userdetails.UsernameNotFoundException;

/** The accounts; whether one may log in is decided on the terms of now. */
final class SimUsers implements UserDetailsService {

  private static final int MOST = 1_000;

  /** In the order of the login page; guarded by itself. */
  private final Map<String, SimUser> users = new LinkedHashMap<>();

  private final Secrets secrets;
  private final Switches switches;

  SimUsers(List<SimUser> first, Secrets secrets, Switches switches) {
    this.secrets = secrets;
    this.switches = switches;
    for (SimUser user : first) {
      add(user);
    }
  }

  /**
   * One more account.
   *
   * @throws IllegalArgumentException when there is one of that name, or there are too many
   */
  void add(SimUser user) {
    synchronized (users) {
      if (users.size() >= MOST) {
        throw new IllegalArgumentException("there are " + MOST + " users, which is the most");
      }
      if (users.putIfAbsent(user.name(), user) != null) {
        throw new IllegalArgumentException("there is a user of this name: " + user.name());
      }
    }
  }

  Collection<SimUser> all() {
    synchronized (users) {
      return List.copyOf(users.values());
    }
  }

  @Nullable SimUser find(String name) {
    synchronized (users) {
      return users.get(name);
    }
  }

  @Override
  public UserDetails loadUserByUsername(String name) {
    if (find(name) == null) {
      throw new UsernameNotFoundException("no such user");
    }
    Terms terms = switches.terms();
    return User.withUsername(name)
        .password(SecretEncoder.hash(secrets.password()))
        .authorities("ROLE_USER")
        .disabled(terms.suspended().contains(name))
        .credentialsExpired(terms.unsigned().contains(name) && !signs())
        .build();
  }

  /** Whether the user signs the policy with this login. */
  static boolean signs() {
    HttpServletRequest request = SimClients.request();
    return request != null && "signed".equals(request.getParameter("policy"));
  }
}
