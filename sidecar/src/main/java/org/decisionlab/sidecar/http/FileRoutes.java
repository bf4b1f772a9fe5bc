// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.decisionlab.core.file.DurableFiles;
import org.decisionlab.sidecar.auth.Right;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.fault.RefusedException.Reason;
import org.decisionlab.sidecar.serve.ModelRegistry;
import org.decisionlab.sidecar.serve.RegistryEntry;
import org.decisionlab.sidecar.serve.ServedModel;
import org.jspecify.annotations.Nullable;

/** TFaaS's downloads: files of the versions that are served, and of nothing else. */
final class FileRoutes {

  private final ModelRegistry registry;
  private final Work work;

  FileRoutes(ModelRegistry registry, Work work) {
    this.registry = registry;
    this.work = work;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/download")
            .at("TFaaS")
            .named("downloads", "The models as a page of links.")
            .needs(Right.READ)
            .gives("text/html", "Text")
            .by(this::models),
        Endpoint.get("/download/{path*}")
            .at("TFaaS")
            .named("download", "A file of a model, or the list of its files as a page of links.")
            .needs(Right.READ)
            .gives("application/octet-stream", "Bytes")
            .by(this::download),
        Endpoint.get("/data")
            .at("TFaaS")
            .named("data", "A file of a model, by the parameter 'model': NAME/FILE.")
            .needs(Right.READ)
            .gives("application/octet-stream", "Bytes")
            .by(this::data));
  }

  private void models(RoutingContext context) {
    List<String> names =
        registry.entries(Guard.identity(context)).stream()
            .map(RegistryEntry::name)
            .map(name -> name + "/")
            .toList();
    WebRoutes.guarded(context);
    Replies.text(context, "text/html; charset=utf-8", page("models", "/download/", names));
  }

  private void download(RoutingContext context) {
    send(context, String.valueOf(context.pathParam("path")));
  }

  /** The original reads any file of its machine here. */
  private void data(RoutingContext context) {
    String path = context.request().getParam("model");
    if (path == null || path.isEmpty()) {
      throw RefusedException.malformed("the parameter 'model' must name a file: NAME/FILE");
    }
    send(context, path);
  }

  private void send(RoutingContext context, String path) {
    int slash = path.indexOf('/');
    String name = slash < 0 ? path : path.substring(0, slash);
    ServedModel model = registry.serving(name, Guard.identity(context));
    String inside = slash < 0 ? "" : path.substring(slash + 1);
    Replies.when(
        context,
        work.run(() -> found(model, inside)),
        file -> {
          if (file == null) {
            throw new RefusedException(
                Reason.UNKNOWN, "model '" + model.name() + "' has no file '" + inside + "'");
          }
          WebRoutes.guarded(context);
          if (file.listing() != null) {
            Replies.buffer(context, "text/html; charset=utf-8", file.listing());
          } else {
            Replies.file(context, file.path());
          }
        });
  }

  private record Found(Path path, @Nullable Buffer listing) {}

  private static @Nullable Found found(ServedModel model, String inside) throws IOException {
    Path root = model.stored().files();
    // Only what is listed is given: no name is ever joined to a path.
    for (Path each : DurableFiles.tree(root)) {
      String relative = root.relativize(each).toString();
      if (!relative.equals(inside.replaceAll("/+$", ""))) {
        continue;
      }
      if (Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS)) {
        return new Found(each, null);
      }
      if (Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)) {
        return new Found(each, listing(model, root, each));
      }
    }
    return inside.isEmpty() ? new Found(root, listing(model, root, root)) : null;
  }

  private static Buffer listing(ServedModel model, Path root, Path directory) throws IOException {
    List<String> names =
        DurableFiles.tree(directory).stream()
            .filter(each -> directory.equals(each.getParent()))
            .map(each -> each.getFileName() + (Files.isDirectory(each) ? "/" : ""))
            .sorted()
            .toList();
    String relative = root.relativize(directory).toString();
    String base = "/download/" + model.name() + "/" + relative + (relative.isEmpty() ? "" : "/");
    return Buffer.buffer(page(model.name().value(), base, names));
  }

  private static String page(String title, String base, List<String> names) {
    StringBuilder html = new StringBuilder("<!doctype html>\n<meta charset=\"utf-8\">\n<title>");
    html.append(escaped(title)).append("</title>\n<pre>\n");
    for (String name : names) {
      String shown = escaped(name);
      html.append("<a href=\"").append(escaped(base)).append(shown).append("\">");
      html.append(shown).append("</a>\n");
    }
    return html.append("</pre>\n").toString();
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }
}
