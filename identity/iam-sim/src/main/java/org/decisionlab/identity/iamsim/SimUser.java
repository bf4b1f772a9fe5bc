// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.iamsim;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/**
 * An account.
 *
 * @param name what is typed at the login page
 * @param fullName for people
 * @param groups its groups, names with a leading slash
 * @param optionalGroups groups that are told only when they are asked for one by one
 */
public record SimUser(
    String name, String fullName, List<String> groups, List<String> optionalGroups) {

  /** Checks the names. */
  public SimUser {
    groups = List.copyOf(groups);
    optionalGroups = List.copyOf(optionalGroups);
    if (!name.matches("[a-z][a-z0-9_.-]*")) {
      throw new IllegalArgumentException(
          "a user's name has lower case letters, digits, dots, dashes: '" + name + "'");
    }
    for (List<String> each : List.of(groups, optionalGroups)) {
      for (String group : each) {
        if (!group.matches("(/[A-Za-z0-9_.-]+)+")) {
          throw new IllegalArgumentException("a group is like /cms/analysis, not '" + group + "'");
        }
      }
    }
  }

  /** Its subject: the same at each start. */
  public String subject() {
    return UUID.nameUUIDFromBytes(("iam-sim " + name).getBytes(StandardCharsets.UTF_8)).toString();
  }
}
