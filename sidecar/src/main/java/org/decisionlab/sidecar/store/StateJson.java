// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.decisionlab.sidecar.auth.Readers;

/** The JSON form of {@link ModelState}. */
final class StateJson {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int FORMAT = 1;

  /** Of a model that is not for all: a program that does not know readers must not read it. */
  private static final int WITH_READERS = 2;

  private StateJson() {}

  static String write(ModelState state) {
    Readers readers = state.readers();
    ObjectNode root =
        JSON.createObjectNode().put("format", readers.areAll() ? FORMAT : WITH_READERS);
    root.put("last", state.last()).put("deleted_up_to", state.deletedUpTo());
    ObjectNode aliases = root.putObject("aliases");
    state.aliases().forEach((alias, version) -> aliases.put(alias.value(), version));
    root.put("canary_weight", state.canaryWeight());
    state.previous().forEach(root.putArray("previous")::add);
    if (state.owner() != null) {
      root.put("owner", state.owner());
    }
    if (!readers.areAll()) {
      ObjectNode who = root.putObject("readers").put("scope", readers.scope().word());
      readers.groups().forEach(who.withArray("groups")::add);
      who.put("issuer", readers.issuer());
    }
    Quota quota = state.quota();
    if (quota != null) {
      root.putObject("quota").put("versions", quota.versions()).put("bytes", quota.bytes());
    }
    if (state.decidingSince() != null) {
      root.put("deciding_since", state.decidingSince().toString());
    }
    return root.toPrettyString() + "\n";
  }

  static ModelState read(String text) throws DamagedVersionException {
    try {
      JsonNode root = JSON.readTree(text);
      int format = root.path("format").asInt();
      if (format != FORMAT && format != WITH_READERS) {
        throw new DamagedVersionException(
            "model.json has format " + root.path("format") + ", expected 1 or 2");
      }
      SortedMap<Alias, Integer> aliases = new TreeMap<>();
      for (Map.Entry<String, JsonNode> alias : root.path("aliases").properties()) {
        aliases.put(new Alias(alias.getKey()), number(alias.getValue()));
      }
      List<Integer> previous = new ArrayList<>();
      for (JsonNode version : root.path("previous")) {
        previous.add(number(version));
      }
      JsonNode quota = root.path("quota");
      return new ModelState(
          number(root.path("last")),
          number(root.path("deleted_up_to")),
          aliases,
          root.path("canary_weight").asDouble(),
          previous,
          root.path("owner").isTextual() ? root.path("owner").asText() : null,
          readers(root.path("readers"), format),
          quota.isObject()
              ? new Quota(number(quota.path("versions")), quota.path("bytes").asLong())
              : null,
          root.path("deciding_since").isTextual()
              ? Instant.parse(root.path("deciding_since").asText())
              : null);
    } catch (DamagedVersionException e) {
      throw e;
    } catch (IOException | IllegalArgumentException | DateTimeException e) {
      throw new DamagedVersionException("model.json cannot be read: " + e.getMessage(), e);
    }
  }

  /** What is not understood makes the whole state damaged, and so the model nobody else's. */
  private static Readers readers(JsonNode who, int format) {
    if (format == FORMAT && who.isMissingNode()) {
      return Readers.ALL;
    }
    String scope = who.path("scope").asText();
    if (format == WITH_READERS && scope.equals(Readers.Scope.OWNER.word())) {
      return Readers.OWNER;
    }
    if (format != WITH_READERS
        || !scope.equals(Readers.Scope.GROUPS.word())
        || !who.path("issuer").isTextual()) {
      throw new IllegalArgumentException("expected readers, found " + who);
    }
    List<String> groups = new ArrayList<>();
    who.path("groups").forEach(group -> groups.add(group.asText()));
    return Readers.groups(groups, who.path("issuer").asText());
  }

  private static int number(JsonNode node) {
    if (!node.isInt() || node.asInt() < 0) {
      throw new IllegalArgumentException("expected the number of a version, found " + node);
    }
    return node.asInt();
  }
}
