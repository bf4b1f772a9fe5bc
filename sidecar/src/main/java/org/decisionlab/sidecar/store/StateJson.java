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

/** The JSON form of {@link ModelState}. */
final class StateJson {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int FORMAT = 1;

  private StateJson() {}

  static String write(ModelState state) {
    ObjectNode root = JSON.createObjectNode().put("format", FORMAT);
    root.put("last", state.last()).put("deleted_up_to", state.deletedUpTo());
    ObjectNode aliases = root.putObject("aliases");
    state.aliases().forEach((alias, version) -> aliases.put(alias.value(), version));
    root.put("canary_weight", state.canaryWeight());
    state.previous().forEach(root.putArray("previous")::add);
    if (state.owner() != null) {
      root.put("owner", state.owner());
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
      if (root.path("format").asInt() != FORMAT) {
        throw new DamagedVersionException(
            "model.json has format " + root.path("format") + ", expected " + FORMAT);
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

  private static int number(JsonNode node) {
    if (!node.isInt() || node.asInt() < 0) {
      throw new IllegalArgumentException("expected the number of a version, found " + node);
    }
    return node.asInt();
  }
}
