// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.FileUpload;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.nio.file.Path;
import java.util.Locale;
import org.decisionlab.sidecar.fault.RefusedException;
import org.jspecify.annotations.Nullable;

/** Receives bodies that are forms with files, or anything else. */
final class Forms {

  private static final String BODY = "sidecar.body";

  private final BodyHandler handler;
  private final long limit;

  /**
   * Bodies up to a limit.
   *
   * @param incoming directory for files while they arrive; they are deleted when the request ends
   */
  Forms(Path incoming, long limit) {
    this.limit = limit;
    this.handler =
        BodyHandler.create(incoming.toString())
            .setBodyLimit(limit)
            .setDeleteUploadedFilesOnEnd(true)
            .setMergeFormAttributes(false);
  }

  static boolean isForm(RoutingContext context) {
    String type = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
    return type != null && type.toLowerCase(Locale.ROOT).startsWith("multipart/form-data");
  }

  /** Receives the body, then goes on to the next step. */
  void receive(RoutingContext context) {
    if (isForm(context)) {
      receive(context, handler);
      return;
    }
    Bodies.receive(
        context,
        limit,
        body -> {
          context.put(BODY, body);
          context.next();
        });
  }

  /** Receives a form; one that is none is the client's mistake. */
  static void receive(RoutingContext context, BodyHandler form) {
    try {
      form.handle(context);
    } catch (RuntimeException e) {
      // What its decoder throws at a header that it does not understand is not of one type.
      throw RefusedException.malformed("the form cannot be read: " + e.getMessage());
    }
  }

  /** A body that is not a form; empty when it is one. */
  static byte[] body(RoutingContext context) {
    byte[] body = context.get(BODY);
    return body == null ? new byte[0] : body;
  }

  /** A field of the form, or a file's own name, null when absent. */
  static @Nullable String field(RoutingContext context, String name) {
    return isForm(context) ? context.request().formAttributes().get(name) : null;
  }

  /** The one file of a name; null when absent. */
  static @Nullable FileUpload file(RoutingContext context, String name) {
    FileUpload found = null;
    for (FileUpload file : context.fileUploads()) {
      if (file.name().equals(name)) {
        if (found != null) {
          throw RefusedException.malformed("the request has two files '" + name + "'");
        }
        found = file;
      }
    }
    return found;
  }

  /** The last part of a file's name, as clients send whole paths. */
  static String baseName(FileUpload file) {
    String name = file.fileName();
    return name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
  }
}
