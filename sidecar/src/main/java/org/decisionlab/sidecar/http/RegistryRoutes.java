// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import org.decisionlab.models.bundle.ModelCard;
import org.decisionlab.models.engine.Signature;
import org.decisionlab.models.engine.TensorSpec;
import org.decisionlab.sidecar.auth.Readers;
import org.decisionlab.sidecar.auth.ReadersChoice;
import org.decisionlab.sidecar.auth.Right;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.serve.Caller;
import org.decisionlab.sidecar.serve.ModelManagement;
import org.decisionlab.sidecar.serve.ModelStatus;
import org.decisionlab.sidecar.serve.ShadowComparison;
import org.decisionlab.sidecar.serve.VersionStatus;
import org.decisionlab.sidecar.store.Alias;
import org.decisionlab.sidecar.store.ModelName;
import org.decisionlab.sidecar.store.Quota;
import org.decisionlab.sidecar.wire.StrictJson;

/** What is done to published models: versions, aliases, canary, rollback, owner, quota. */
final class RegistryRoutes {

  private static final String DOOR = "Registry";
  private static final String MODEL = "/v1/registry/models/{model}";
  private static final int MAX_NAME = 512;
  private static final int MAX_GROUPS = 32 << 10;
  private static final List<String> ASKED =
      List.of("version", "weight", "owner", "readers", "versions", "bytes");

  private final ModelManagement management;
  private final Work work;
  private final Work changes;
  private final AuditLog audit;
  private final ServerLimits limits;

  /**
   * Routes over published models.
   *
   * @param work for looking at them
   * @param changes for changing them, which may load one
   * @param audit where changes are written down
   */
  RegistryRoutes(
      ModelManagement management, Work work, Work changes, AuditLog audit, ServerLimits limits) {
    this.management = management;
    this.work = work;
    this.changes = changes;
    this.audit = audit;
    this.limits = limits;
  }

  private interface Change {
    ModelStatus make(ModelName name, JsonNode body, Caller caller) throws IOException;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/v1/registry/models")
            .at(DOOR)
            .named("registryModels", "All models with all their versions.")
            .needs(Right.READ)
            .json("ModelStatusList")
            .by(this::list),
        Endpoint.get(MODEL + "/status")
            .at(DOOR)
            .named("modelStatus", "One model with all its versions.")
            .needs(Right.READ)
            .json("ModelStatus")
            .by(this::status),
        changing(Endpoint.put(MODEL + "/aliases/{alias}"), "Points an alias at a version.")
            .takesJson("VersionChoice")
            .by(this::assign),
        changing(Endpoint.delete(MODEL + "/aliases/{alias}"), "Takes an alias away.")
            .by(this::unassign),
        changing(Endpoint.put(MODEL + "/canary"), "Lets a version answer a share of questions.")
            .takesJson("Canary")
            .by(context -> change(context, this::canary)),
        changing(Endpoint.post(MODEL + "/rollback"), "Brings the version before back.")
            .by(this::rollback),
        changing(Endpoint.put(MODEL + "/owner"), "Gives a model another owner, or none.")
            .takesJson("Owner")
            .by(context -> change(context, this::giveTo)),
        changing(Endpoint.put(MODEL + "/readers"), "Says who may read a model beside its owner.")
            .takesJson("Readers")
            .by(context -> change(context, this::letRead)),
        changing(Endpoint.put(MODEL + "/quota"), "Lets a model keep more or less.")
            .needs(Right.ADMIN)
            .takesJson("Quota")
            .by(context -> change(context, this::limit)),
        changing(
                Endpoint.delete(MODEL + "/versions/{version}"),
                "Deletes a version that no alias points at.")
            .by(this::deleteVersion));
  }

  private static Endpoint.Draft changing(Endpoint.Draft draft, String summary) {
    return draft
        .at(DOOR)
        .named(draft.verbAndLastWord(), summary)
        .needs(Right.PUBLISH)
        .json("ModelStatus");
  }

  /** An alias as it was written. */
  static Alias alias(String text) {
    try {
      return new Alias(text);
    } catch (IllegalArgumentException e) {
      throw RefusedException.malformed(String.valueOf(e.getMessage()));
    }
  }

  private static ModelName name(RoutingContext context) {
    try {
      return new ModelName(String.valueOf(context.pathParam("model")));
    } catch (IllegalArgumentException e) {
      throw RefusedException.malformed(String.valueOf(e.getMessage()));
    }
  }

  private void list(RoutingContext context) {
    Caller caller = Guard.caller(context);
    Replies.when(
        context,
        work.run(() -> management.list(caller)),
        models -> {
          ArrayNode list = JsonNodeFactory.instance.arrayNode();
          models.forEach(model -> list.add(json(model)));
          Replies.json(context, list);
        });
  }

  private void status(RoutingContext context) {
    ModelName name = name(context);
    Caller caller = Guard.caller(context);
    Replies.when(
        context,
        work.run(() -> management.status(name, caller)),
        model -> Replies.json(context, json(model)));
  }

  /** Receives a body of JSON, then changes the model off the event loop. */
  private void change(RoutingContext context, Change change) {
    ModelName name = name(context);
    Caller caller = Guard.caller(context);
    Bodies.receive(
        context,
        limits.rowBytes(),
        bytes -> {
          JsonNode body =
              bytes.length == 0
                  ? JsonNodeFactory.instance.objectNode()
                  : StrictJson.object(bytes, "the body");
          ObjectNode about = about(context, name, body);
          Replies.when(
              context,
              audit.changing(
                  context,
                  about,
                  () -> changes.run(() -> change.make(name, body, caller)),
                  model -> aliases(about.putObject("aliases"), model)),
              model -> Replies.json(context, json(model)));
        });
  }

  /** What is asked for: the words of the path, and those of the body that have a meaning. */
  private static ObjectNode about(RoutingContext context, ModelName name, JsonNode body) {
    ObjectNode about = AuditLog.about().put("model", name.value());
    context
        .pathParams()
        .forEach((word, value) -> about.put(word, word.equals("model") ? name.value() : value));
    for (String member : ASKED) {
      JsonNode value = body.path(member);
      if (value.isNumber() || (value.isTextual() && value.asText().length() <= MAX_NAME)) {
        about.set(member, value);
      } else if (value.isArray() && value.toString().length() <= MAX_GROUPS) {
        about.set(member, value);
      }
    }
    return about;
  }

  private static void aliases(ObjectNode json, ModelStatus model) {
    model.state().aliases().forEach((alias, version) -> json.put(alias.value(), version));
  }

  private void assign(RoutingContext context) {
    Alias alias = alias(String.valueOf(context.pathParam("alias")));
    change(context, (name, body, caller) -> management.assign(name, alias, version(body), caller));
  }

  private void unassign(RoutingContext context) {
    Alias alias = alias(String.valueOf(context.pathParam("alias")));
    change(context, (name, body, caller) -> management.unassign(name, alias, caller));
  }

  private void rollback(RoutingContext context) {
    change(context, (name, body, caller) -> management.rollback(name, caller));
  }

  private void deleteVersion(RoutingContext context) {
    String version = String.valueOf(context.pathParam("version"));
    if (!version.matches("[1-9][0-9]{0,8}")) {
      throw RefusedException.malformed("'" + version + "' is not the number of a version");
    }
    int number = Integer.parseInt(version);
    change(context, (name, body, caller) -> management.deleteVersion(name, number, caller));
  }

  private ModelStatus canary(ModelName name, JsonNode body, Caller caller) throws IOException {
    if (!body.path("weight").isNumber()) {
      throw RefusedException.malformed("'weight' must be a number, 0 to 1");
    }
    return management.canary(name, version(body), body.path("weight").asDouble(), caller);
  }

  private ModelStatus giveTo(ModelName name, JsonNode body, Caller caller) throws IOException {
    String owner = StrictJson.text(body, "owner", MAX_NAME);
    return management.giveTo(name, owner.isEmpty() ? null : owner, caller);
  }

  private ModelStatus letRead(ModelName name, JsonNode body, Caller caller) throws IOException {
    return management.letRead(name, ReadersChoice.of(body.path("readers")), caller);
  }

  private ModelStatus limit(ModelName name, JsonNode body, Caller caller) throws IOException {
    Long versions = StrictJson.number(body, "versions");
    Long bytes = StrictJson.number(body, "bytes");
    if (versions == null && bytes == null) {
      return management.limit(name, null, caller);
    }
    if (versions == null || bytes == null || versions < 1 || bytes < 1) {
      throw RefusedException.malformed(
          "a quota has 'versions' and 'bytes', both 1 or more; without both it is the usual one");
    }
    int many = (int) Math.min(versions, Integer.MAX_VALUE);
    return management.limit(name, new Quota(many, bytes), caller);
  }

  private static int version(JsonNode body) {
    JsonNode version = body.path("version");
    if (!version.canConvertToInt() || !version.isIntegralNumber() || version.asInt() < 1) {
      throw RefusedException.malformed("'version' must be the number of a version");
    }
    return version.asInt();
  }

  private static ObjectNode json(ModelStatus model) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("name", model.name().value());
    json.put("owner", model.state().owner());
    readers(json, model.state().readers());
    json.put("problem", model.problem());
    aliases(json.putObject("aliases"), model);
    json.put("canary_weight", model.state().canaryWeight());
    model.state().previous().forEach(json.putArray("previous")::add);
    json.put("bytes", model.bytes());
    json.putObject("quota")
        .put("versions", model.quota().versions())
        .put("bytes", model.quota().bytes());
    ShadowComparison shadow = model.shadow();
    if (shadow != null) {
      json.putObject("shadow")
          .put("answering", shadow.answering())
          .put("shadow", shadow.shadow())
          .put("compared", shadow.compared())
          .put("differing", shadow.differing())
          .put("largest_difference", shadow.largestDifference())
          .put("mean_difference", shadow.meanDifference())
          .put("failed", shadow.failed())
          .put("dropped", shadow.dropped());
    }
    ArrayNode versions = json.putArray("versions");
    model.versions().forEach(version -> versions.add(json(version)));
    return json;
  }

  /** As they are told; whose groups they are stands beside. */
  private static void readers(ObjectNode json, Readers readers) {
    if (readers.groups().isEmpty()) {
      json.put("readers", readers.scope().word());
    } else {
      readers.groups().forEach(json.putArray("readers")::add);
      json.put("readers_issuer", readers.issuer());
    }
  }

  private static ObjectNode json(VersionStatus version) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("version", version.version());
    json.put("state", version.state().name().toLowerCase(Locale.ROOT));
    json.put("problem", version.problem());
    json.put(
        "published_at", version.publishedAt() == null ? null : version.publishedAt().toString());
    json.put("published_by", version.stored() == null ? null : version.stored().publishedBy());
    json.put("engine", version.engine()).put("checked_by", version.check());
    ObjectNode sums = json.putObject("sha256");
    version.sha256().forEach(sums::put);
    ModelCard card = version.card();
    if (card != null) {
      json.put("description", card.description());
      ObjectNode metrics = json.putObject("metrics");
      BiConsumer<String, Double> put = metrics::put;
      card.metrics().forEach(put);
      json.set("provenance", CardNode.of(card).path("provenance"));
    }
    Signature signature = version.signature();
    if (signature != null) {
      tensors(json.putArray("inputs"), signature.inputs());
      tensors(json.putArray("outputs"), signature.outputs());
    }
    return json;
  }

  private static void tensors(ArrayNode list, List<TensorSpec> tensors) {
    for (TensorSpec tensor : tensors) {
      ObjectNode each = list.addObject();
      each.put("name", tensor.name()).put("datatype", tensor.type().name());
      tensor.shape().forEach(each.putArray("shape")::add);
    }
  }
}
