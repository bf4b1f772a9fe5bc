// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.auth;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.decisionlab.sidecar.auth.Readers.Scope;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.fault.RefusedException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Readers as somebody writes them: {@code "all"}, {@code "owner"}, or groups, of which it is not
 * said whose they are.
 *
 * @param scope how many they are
 * @param groups the groups; empty where none are named
 */
public record ReadersChoice(Scope scope, List<String> groups) {

  private static final int MAX_GROUPS = 100;
  private static final int MAX_LENGTH = 256;

  /** Between subject and issuer in the name of an issuer's user. */
  private static final String ISSUER = "@http";

  /** Copies. */
  public ReadersChoice {
    groups = List.copyOf(groups);
  }

  /**
   * As JSON: one of the two words, or a list of groups.
   *
   * @throws RefusedException when it is neither
   */
  public static ReadersChoice of(JsonNode json) {
    if (json.isTextual()) {
      return ofWord(json.asText());
    }
    List<String> groups = new ArrayList<>();
    for (JsonNode group : json) {
      if (!json.isArray() || !group.isTextual()) {
        throw unknown(json.toString());
      }
      groups.add(group.asText());
    }
    return ofGroups(groups, json.toString());
  }

  /**
   * As a parameter: one of the two words, or groups with commas between them.
   *
   * @throws RefusedException when it is neither
   */
  public static ReadersChoice of(String text) {
    return text.startsWith("/") ? ofGroups(Arrays.asList(text.split(",", -1)), text) : ofWord(text);
  }

  private static ReadersChoice ofWord(String word) {
    return Stream.of(Scope.ALL, Scope.OWNER)
        .filter(scope -> scope.word().equals(word))
        .map(scope -> new ReadersChoice(scope, List.of()))
        .findFirst()
        .orElseThrow(() -> unknown(word));
  }

  private static ReadersChoice ofGroups(List<String> groups, String written) {
    if (groups.isEmpty() || groups.size() > MAX_GROUPS) {
      throw unknown(written);
    }
    for (String group : groups) {
      if (group.length() > MAX_LENGTH || !Readers.isGroup(group)) {
        throw unknown(written);
      }
    }
    return new ReadersChoice(Scope.GROUPS, groups.stream().distinct().toList());
  }

  private static RefusedException unknown(String written) {
    String shown = written.length() > MAX_LENGTH ? written.substring(0, MAX_LENGTH) : written;
    return RefusedException.malformed(
        "'readers' must be \"all\", \"owner\", or 1 to "
            + MAX_GROUPS
            + " groups like /cms/analysis, not "
            + shown);
  }

  /** As they are written as a parameter. */
  public String word() {
    return scope == Scope.GROUPS ? String.join(",", groups) : scope.word();
  }

  /** The readers of models of the users of an issuer. */
  public Readers ofIssuer(String issuer) {
    return switch (scope) {
      case ALL -> Readers.ALL;
      case OWNER -> Readers.OWNER;
      case GROUPS -> Readers.groups(groups, issuer);
    };
  }

  /**
   * The readers of a model.
   *
   * @param owner whose model it is: groups are of the issuer that knows them; null for nobody's
   * @throws RefusedException when it is nobody's, or groups are named and no issuer knows its owner
   */
  public Readers ofOwner(@Nullable String owner) {
    if (scope == Scope.ALL) {
      return Readers.ALL;
    }
    if (owner == null) {
      throw new RefusedException(
          Reason.CONFLICT, "a model that belongs to nobody is read by all; give it an owner first");
    }
    if (scope == Scope.OWNER) {
      return Readers.OWNER;
    }
    int issuer = owner.lastIndexOf(ISSUER);
    if (issuer < 0) {
      throw new RefusedException(
          Reason.CONFLICT,
          "groups are of the issuer of the model's owner, and '"
              + owner
              + "' is of no issuer: readers can be \"all\" or \"owner\"");
    }
    return Readers.groups(groups, owner.substring(issuer + 1));
  }
}
