// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.fault.RefusedException.Reason;

/**
 * The pages and the description of all operations. Pages hold no data: what they show they ask the
 * other routes for, as any client does.
 */
final class WebRoutes {

  private static final String DOOR = "Pages";
  private static final String HTML = "text/html; charset=utf-8";
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; form-action 'none'; frame-ancestors 'self'; base-uri 'none'";
  private static final List<String> ASSETS =
      List.of("app.js", "models.js", "try.js", "graph.js", "api.js", "style.css", "icon.svg");

  private WebRoutes() {}

  /** The pages, and the description of these and all other endpoints. */
  static List<Endpoint> endpoints(List<Endpoint> others) {
    Map<String, Buffer> assets = new HashMap<>();
    ASSETS.forEach(name -> assets.put(name, Buffer.buffer(resource(name))));
    Buffer icon = Buffer.buffer(resource("icon.svg"));
    String graph = new String(resource("graph.html"), StandardCharsets.UTF_8);
    List<Endpoint> pages = new ArrayList<>();
    pages.add(
        page("/", "webModels", "The models, what is known of them, a form to try one.")
            .by(html(Buffer.buffer(resource("index.html")))));
    pages.add(page("/graph", "webGraph", "The graph of a model.").by(html(Buffer.buffer(graph))));
    pages.add(
        page("/netron/", "netron", "The same, as TFaaS's pages link to it.")
            .by(html(Buffer.buffer(graph.replace("\"web/", "\"../web/")))));
    pages.add(
        page("/docs", "webApi", "This description as a page.")
            .by(html(Buffer.buffer(resource("api.html")))));
    pages.add(
        Endpoint.get("/web/{file}")
            .at(DOOR)
            .named("webAsset", "What the pages are made of.")
            .gives("text/plain", "Text")
            .by(context -> asset(context, assets)));
    pages.add(
        Endpoint.get("/favicon.ico")
            .at(DOOR)
            .named("favicon", "An icon.")
            .gives("image/svg+xml", "Text")
            .by(context -> send(context, type("icon.svg"), icon)));
    List<Endpoint> all = new ArrayList<>(others);
    all.addAll(pages);
    Buffer[] description = new Buffer[1];
    Endpoint described =
        Endpoint.get("/openapi.json")
            .at(DOOR)
            .named("openapi", "This description as OpenAPI 3.0.")
            .json("OpenApi")
            .by(context -> Replies.buffer(context, "application/json", description[0]));
    all.add(described);
    description[0] = Buffer.buffer(OpenApi.of(all) + "\n");
    pages.add(described);
    return pages;
  }

  private static Endpoint.Draft page(String path, String id, String summary) {
    return Endpoint.get(path).at(DOOR).named(id, summary).gives("text/html", "Text");
  }

  private static Handler<RoutingContext> html(Buffer page) {
    return context -> send(context, HTML, page);
  }

  private static void asset(RoutingContext context, Map<String, Buffer> assets) {
    String name = String.valueOf(context.pathParam("file"));
    Buffer asset = assets.get(name);
    if (asset == null) {
      throw new RefusedException(Reason.UNKNOWN, "the pages have no '" + name + "'");
    }
    send(context, type(name), asset);
  }

  private static void send(RoutingContext context, String type, Buffer body) {
    guarded(context).putHeader("Cache-Control", "no-cache");
    Replies.buffer(context, type, body);
  }

  /**
   * A page of this answer loads nothing from elsewhere, and what is no page is not taken for one.
   */
  static HttpServerResponse guarded(RoutingContext context) {
    return context
        .response()
        .putHeader("Content-Security-Policy", POLICY)
        .putHeader("X-Content-Type-Options", "nosniff")
        .putHeader("Referrer-Policy", "no-referrer");
  }

  private static String type(String name) {
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "js" -> "text/javascript; charset=utf-8";
      case "css" -> "text/css; charset=utf-8";
      case "svg" -> "image/svg+xml";
      default -> HTML;
    };
  }

  private static byte[] resource(String name) {
    try (InputStream in = WebRoutes.class.getResourceAsStream("web/" + name)) {
      if (in == null) {
        throw new IllegalStateException("web/" + name + " is missing in the program");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
