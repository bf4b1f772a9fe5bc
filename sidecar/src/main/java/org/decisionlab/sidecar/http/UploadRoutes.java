// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.FileUpload;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.decisionlab.sidecar.auth.ReadersChoice;
import org.decisionlab.sidecar.auth.Right;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.fault.RefusedException.Reason;
import org.decisionlab.sidecar.http.Endpoint.Budget;
import org.decisionlab.sidecar.serve.Caller;
import org.decisionlab.sidecar.serve.FormUpload;
import org.decisionlab.sidecar.serve.Permit;
import org.decisionlab.sidecar.serve.PublishOrder;
import org.decisionlab.sidecar.serve.Serving;
import org.decisionlab.sidecar.store.Alias;
import org.decisionlab.sidecar.store.ModelName;
import org.decisionlab.sidecar.store.StoredVersion;
import org.jspecify.annotations.Nullable;

/** TFaaS's uploads, as a form or as a tar bundle, and deletions. All work is done off the loop. */
final class UploadRoutes {

  private static final String BASE64 = "base64";

  private static final String PERMIT = "permit";

  private final Serving serving;
  private final Path incoming;
  private final WorkerExecutor workers;
  private final AuditLog audit;
  private final ServerLimits limits;
  private final BodyHandler forms;
  private final BodyHandler fields;
  private final AtomicInteger arriving = new AtomicInteger();
  private final AtomicInteger working = new AtomicInteger();

  /**
   * Routes that publish.
   *
   * @param incoming directory for bodies while they arrive
   * @param workers bounded pool for reading, checking and storing
   * @param audit where uploads and deletions are written down
   */
  UploadRoutes(
      Serving serving, Path incoming, WorkerExecutor workers, AuditLog audit, ServerLimits limits) {
    this.serving = serving;
    this.incoming = incoming;
    this.workers = workers;
    this.audit = audit;
    this.limits = limits;
    this.forms =
        BodyHandler.create(incoming.toString())
            .setBodyLimit(limits.uploadBytes())
            .setDeleteUploadedFilesOnEnd(true)
            .setMergeFormAttributes(false);
    this.fields =
        BodyHandler.create(false).setBodyLimit(limits.rowBytes()).setMergeFormAttributes(false);
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.post("/upload")
            .at("TFaaS")
            .named("upload", "Publishes a model, as a form or as an archive.")
            .needs(Right.PUBLISH)
            .within(Budget.UPLOAD)
            .takes("multipart/form-data", "UploadForm")
            .takes("application/octet-stream", "Bytes")
            .by(List.of(this::admit, this::receive, this::publishForm)),
        Endpoint.delete("/delete")
            .at("TFaaS")
            .named("deleteByForm", "Deletes the model of the form's field 'model'.")
            .needs(Right.PUBLISH)
            .within(Budget.UPLOAD)
            .takes("multipart/form-data", "DeleteForm")
            .by(List.of(this::admit, this::receiveForm, this::deleteByForm)),
        Endpoint.delete("/delete/{model}")
            .at("TFaaS")
            .named("delete", "Deletes a model with all its versions.")
            .needs(Right.PUBLISH)
            .within(Budget.UPLOAD)
            .by(List.of(this::admit, this::deleteByPath)));
  }

  private void admit(RoutingContext context) {
    take(arriving);
    context.addEndHandler(done -> arriving.decrementAndGet());
    watch(context);
    context.next();
  }

  /** Ends an upload that takes too long, unless it is being published at this very moment. */
  private void watch(RoutingContext context) {
    Permit permit = new Permit();
    context.put(PERMIT, permit);
    long timer =
        context
            .vertx()
            .setTimer(
                limits.uploadTime().toMillis(),
                late -> {
                  if (permit.callOff() && !context.failed()) {
                    context.fail(408);
                  }
                });
    context.addEndHandler(
        done -> {
          permit.callOff();
          context.vertx().cancelTimer(timer);
        });
  }

  /** The alias that the query names, {@code none} for none; TFaaS's clients name none. */
  private static @Nullable Alias alias(RoutingContext context) {
    String told = context.request().getParam("alias");
    if (told == null || told.isEmpty()) {
      return Alias.PRODUCTION;
    }
    return told.equals("none") ? null : RegistryRoutes.alias(told);
  }

  /** Who is to read the model, as the query or the form names them; null where neither does. */
  private static @Nullable ReadersChoice readers(RoutingContext context) {
    String query = context.request().getParam("readers");
    String form = Forms.field(context, "readers");
    if (query != null && form != null && !query.equals(form)) {
      throw RefusedException.malformed(
          "'readers' is '" + query + "' in the query and '" + form + "' in the form");
    }
    String told = query == null ? form : query;
    return told == null || told.isEmpty() ? null : ReadersChoice.of(told);
  }

  private static PublishOrder order(RoutingContext context) {
    Permit permit = context.get(PERMIT);
    return new PublishOrder(Guard.caller(context), alias(context), readers(context), permit);
  }

  private void receive(RoutingContext context) {
    if (Forms.isForm(context)) {
      Forms.receive(context, forms);
      return;
    }
    Path body = incoming.resolve(UUID.randomUUID().toString());
    boolean gzip = "gzip".equalsIgnoreCase(encoding(context.request()));
    context.addEndHandler(done -> context.vertx().fileSystem().delete(body.toString()));
    Bodies.receive(
        context,
        limits.uploadBytes(),
        body,
        () -> {
          PublishOrder order = order(context);
          publish(context, () -> serving.publisher().publishArchive(body, gzip, order));
        });
  }

  private void receiveForm(RoutingContext context) {
    Forms.receive(context, fields);
  }

  private void publishForm(RoutingContext context) {
    MultiMap fields = context.request().formAttributes();
    Map<String, FormUpload.Part> parts = new HashMap<>();
    for (FileUpload file : context.fileUploads()) {
      FormUpload.Part part = new FormUpload.Part(file.fileName(), Path.of(file.uploadedFileName()));
      if (parts.put(file.name(), part) != null) {
        throw RefusedException.malformed("the request has two files '" + file.name() + "'");
      }
    }
    boolean base64 = BASE64.equalsIgnoreCase(encoding(context.request()));
    FormUpload form = new FormUpload(fields.get("name"), parts, base64);
    PublishOrder order = order(context);
    publish(context, () -> serving.publisher().publishForm(form, order));
  }

  private void publish(RoutingContext context, Callable<StoredVersion> task) {
    ObjectNode about = AuditLog.about();
    Alias alias = alias(context);
    about.put("alias", alias == null ? null : alias.value());
    ReadersChoice readers = readers(context);
    if (readers != null) {
      about.put("readers", readers.word());
    }
    answer(
        context,
        work(
            context,
            about,
            task,
            stored -> about.put("model", stored.name().value()).put("version", stored.version())));
  }

  private void deleteByForm(RoutingContext context) {
    String name = context.request().formAttributes().get("model");
    if (name == null || name.isEmpty()) {
      throw RefusedException.malformed(
          "no model name is provided: send it as form field 'model', or as /delete/NAME");
    }
    delete(context, name);
  }

  private void deleteByPath(RoutingContext context) {
    delete(context, context.pathParam("model"));
  }

  private void delete(RoutingContext context, String name) {
    if (!ModelName.isValid(name)) {
      throw RefusedException.malformed("'" + name + "' cannot be the name of a model");
    }
    Caller caller = Guard.caller(context);
    ObjectNode about = AuditLog.about().put("model", name);
    Future<Boolean> deleted =
        work(
            context,
            about,
            () -> serving.management().delete(new ModelName(name), caller),
            existed -> about.put("existed", existed));
    answer(
        context,
        deleted.recover(
            fault ->
                isNotThere(fault) ? Future.succeededFuture(false) : Future.failedFuture(fault)));
  }

  /** What is not there for who asks is deleted for them: it is what they hear of no model. */
  private static boolean isNotThere(Throwable fault) {
    return fault instanceof RefusedException refused && refused.reason() == Reason.UNKNOWN;
  }

  private void take(AtomicInteger places) {
    if (places.incrementAndGet() > limits.uploads()) {
      places.decrementAndGet();
      throw new RefusedException(
          Reason.BUSY, limits.uploads() + " uploads are under way already; come again");
    }
  }

  /** Work goes on when its client has gone away, so it has places of its own. */
  private <T> Future<T> work(
      RoutingContext context, ObjectNode about, Callable<T> task, Consumer<T> told) {
    return audit.changing(
        context,
        about,
        () -> {
          take(working);
          return workers.executeBlocking(task, false).onComplete(done -> working.decrementAndGet());
        },
        told);
  }

  private static void answer(RoutingContext context, Future<?> work) {
    work.onSuccess(done -> Replies.empty(context))
        .onFailure(
            fault -> {
              if (!context.failed()) {
                context.fail(fault);
              }
            });
  }

  private static String encoding(HttpServerRequest request) {
    String encoding = request.getHeader("Content-Encoding");
    return encoding == null ? "" : encoding.strip();
  }
}
