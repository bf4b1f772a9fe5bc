// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.decisionlab.identity.tokens.http.JsonDoor;
import org.decisionlab.identity.tokens.http.Redaction;
import org.jspecify.annotations.Nullable;

/** The REST API of JupyterHub: who asks, and the logins that it keeps. */
final class HubApi {

  /** A user as the hub knows it: its login, null when it keeps none. */
  record Kept(boolean admin, @Nullable Login login) {}

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String READ = "admin:auth_state";
  private static final String WRITE = "admin:users";

  /** How the hub marks that it knows the token and refuses the login of its user. */
  private static final String REFUSED = "login_required";

  private final URI api;
  private final String ownToken;
  private final JsonDoor door = new JsonDoor(Waits.WHO);

  private volatile @Nullable Identity self;

  HubApi(URI api, String ownToken) {
    String text = api.toString();
    this.api = URI.create(text.endsWith("/") ? text : text + "/");
    this.ownToken = ownToken;
  }

  /** Whom a token speaks for: before it says so the hub may check the login at the provider. */
  Identity identify(String token, Deadline deadline) throws BrokerProblem {
    JsonDoor.Reply reply = get(door.within(deadline.atMost(Waits.WHO)), "user", token);
    if (reply.status() == 403 && reply.text("error").equals(REFUSED)) {
      throw refused(reply.text("message"));
    }
    if (reply.status() == 401 || reply.status() == 403) {
      throw BrokerProblem.unknown(
          "the hub does not know this token: restart the server, or log in at the hub again");
    }
    JsonNode said = checked(reply, "who asks");
    Set<String> scopes = new TreeSet<>();
    said.path("scopes").forEach(scope -> scopes.add(scope.asText()));
    String name = said.path("name").asText();
    if (name.isEmpty()) {
      throw BrokerProblem.setup("the hub did not say who asks");
    }
    return new Identity(
        name, said.path("kind").asText().equals("user"), said.path("admin").asBoolean(), scopes);
  }

  /** A user with the login that is kept. */
  Kept kept(String user, Deadline deadline) throws BrokerProblem {
    JsonDoor way = door.within(deadline.atMost(Waits.ANSWER));
    JsonNode said = checked(get(way, path(user), ownToken), "the login of a user");
    if (!said.has("auth_state")) {
      throw BrokerProblem.setup(
          "the hub does not let the broker read logins: give its role the scope " + READ);
    }
    return new Kept(said.path("admin").asBoolean(), Login.of(said.path("auth_state")));
  }

  /**
   * Makes sure that a new login could be stored, before the old one is given up.
   *
   * @param user whose login it is
   * @param kept the user as the hub knows it
   */
  void checkMayStore(String user, Kept kept, Deadline deadline) throws BrokerProblem {
    Identity known = self;
    if (known == null) {
      known = identify(ownToken, deadline);
      self = known;
    }
    boolean scope =
        known.scopes().contains(WRITE) || known.scopes().contains(WRITE + "!user=" + user);
    if (!scope) {
      self = null;
      throw BrokerProblem.setup(
          "the hub does not let the broker store logins: give its role the scope " + WRITE);
    }
    if (kept.admin() && !known.admin()) {
      self = null;
      throw BrokerProblem.setup(
          user
              + " is an admin of the hub, and JupyterHub lets only admins store the logins of"
              + " admins: register the broker with admin: true");
    }
  }

  /** Stores a login. When this returns the hub has it. */
  void store(String user, Login login, Deadline deadline) throws BrokerProblem {
    JsonDoor way = door.within(deadline.atMost(Waits.ANSWER));
    ObjectNode change = JSON.createObjectNode();
    change.set("auth_state", login.state());
    try {
      checked(
          way.patch(api.resolve(path(user)), change, authorization(ownToken)), "to store a login");
    } catch (IOException e) {
      throw away(e);
    }
  }

  private JsonDoor.Reply get(JsonDoor way, String path, String token) throws BrokerProblem {
    try {
      return way.get(api.resolve(path), authorization(token));
    } catch (IOException e) {
      throw away(e);
    }
  }

  private static JsonNode checked(JsonDoor.Reply reply, String what) throws BrokerProblem {
    if (reply.isOk() && reply.body().isObject()) {
      return reply.body();
    }
    if (reply.status() == 404) {
      throw BrokerProblem.unknown("the hub does not know this user any more");
    }
    String answered = "the hub was asked " + what + " and answered with status " + reply.status();
    if (reply.status() == 401 || reply.status() == 403) {
      throw BrokerProblem.setup(
          answered
              + ": the broker's own token needs the scopes read:users, "
              + READ
              + ", "
              + WRITE);
    }
    throw BrokerProblem.later(answered);
  }

  private static BrokerProblem refused(String words) {
    String reason = Redaction.log(words).strip().replaceAll("\\.$", "");
    return BrokerProblem.logIn(
        "the hub has ended your login: "
            + (reason.isEmpty() ? "it does not say why" : reason)
            + ". When that is mended, log in at the hub again; nothing has to be restarted");
  }

  private static Map<String, String> authorization(String token) {
    return Map.of("Authorization", "token " + token);
  }

  private static String path(String user) {
    return "users/" + URLEncoder.encode(user, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static BrokerProblem away(IOException e) {
    return BrokerProblem.later("the hub does not answer: " + e.getMessage(), e);
  }
}
