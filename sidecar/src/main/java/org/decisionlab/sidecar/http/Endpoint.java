// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.decisionlab.sidecar.auth.Right;
import org.jspecify.annotations.Nullable;

/**
 * One operation: how it is reached, who may use it, what it takes and gives, and what answers it.
 * Routes and their description are both made from this.
 *
 * @param method method
 * @param path path with parameters in braces; {@code {path*}} takes what is left, slashes included
 * @param id name of the operation, unique
 * @param door the interface it belongs to, for the description
 * @param summary one sentence for people
 * @param right what the asker must be allowed to; null for an operation that everybody may use
 * @param budget how long it may take, and whether it is answered while the sidecar starts or ends
 * @param takes forms of the body; empty when there is none
 * @param gives forms of the answer; empty when it has no body
 * @param steps what answers it, in order
 */
record Endpoint(
    HttpMethod method,
    String path,
    String id,
    String door,
    String summary,
    @Nullable Right right,
    Budget budget,
    List<Payload> takes,
    List<Payload> gives,
    List<Handler<RoutingContext>> steps) {

  private static final Pattern PARAMETER = Pattern.compile("\\{([a-z]+)(\\*?)}");

  /** How long an operation may take. */
  enum Budget {
    /** The usual time. */
    REQUEST,
    /** The time of an upload. */
    UPLOAD,
    /** The usual time; answered whatever state the sidecar is in and however busy it is. */
    ALWAYS
  }

  /**
   * A form of a body.
   *
   * @param type content type
   * @param schema name of its schema in the description
   */
  record Payload(String type, String schema) {}

  /** Collects the parts of an endpoint. */
  static final class Draft {
    private final HttpMethod method;
    private final String path;
    private final List<Payload> takes = new ArrayList<>();
    private final List<Payload> gives = new ArrayList<>();
    private String id = "";
    private String door = "";
    private String summary = "";
    private @Nullable Right right;
    private Budget budget = Budget.REQUEST;

    private Draft(HttpMethod method, String path) {
      this.method = method;
      this.path = path;
    }

    Draft named(String operation, String saying) {
      this.id = operation;
      this.summary = saying;
      return this;
    }

    Draft at(String name) {
      this.door = name;
      return this;
    }

    Draft needs(Right needed) {
      this.right = needed;
      return this;
    }

    Draft within(Budget time) {
      this.budget = time;
      return this;
    }

    Draft takes(String type, String schema) {
      takes.add(new Payload(type, schema));
      return this;
    }

    Draft gives(String type, String schema) {
      gives.add(new Payload(type, schema));
      return this;
    }

    Draft json(String schema) {
      return gives("application/json", schema);
    }

    Draft takesJson(String schema) {
      return takes("application/json", schema);
    }

    /** The last word: what answers it. */
    Endpoint by(Handler<RoutingContext> step) {
      return by(List.of(step));
    }

    /** The last word: what answers it, one after the other. */
    Endpoint by(List<Handler<RoutingContext>> steps) {
      return new Endpoint(
          method,
          path,
          id,
          door,
          summary,
          right,
          budget,
          List.copyOf(takes),
          List.copyOf(gives),
          List.copyOf(steps));
    }
  }

  static Draft get(String path) {
    return new Draft(HttpMethod.GET, path);
  }

  static Draft post(String path) {
    return new Draft(HttpMethod.POST, path);
  }

  static Draft put(String path) {
    return new Draft(HttpMethod.PUT, path);
  }

  static Draft delete(String path) {
    return new Draft(HttpMethod.DELETE, path);
  }

  /** Names of the parameters in the path, in order. */
  List<String> parameters() {
    List<String> names = new ArrayList<>();
    Matcher found = PARAMETER.matcher(path);
    while (found.find()) {
      names.add(found.group(1));
    }
    return names;
  }

  /** The path as OpenAPI writes it. */
  String template() {
    return path.replace("*}", "}");
  }

  /** The path as a regular expression with named groups; a slash at the end is allowed. */
  String regex() {
    StringBuilder regex = new StringBuilder();
    Matcher found = PARAMETER.matcher(path);
    int from = 0;
    while (found.find()) {
      regex.append(Pattern.quote(path.substring(from, found.start())));
      String what = found.group(2).isEmpty() ? "[^/:]+" : ".+";
      regex.append("(?<").append(found.group(1)).append('>').append(what).append(')');
      from = found.end();
    }
    return regex.append(Pattern.quote(path.substring(from))).append("/?").toString();
  }
}
