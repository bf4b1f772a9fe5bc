// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.time.Duration;
import org.decisionlab.sidecar.http.Doors;
import org.decisionlab.sidecar.http.Listener;
import org.decisionlab.sidecar.serve.ModelRegistry;
import org.decisionlab.sidecar.serve.RegistryEntry;
import org.decisionlab.sidecar.serve.ServedModel;

/**
 * Asks a second, private set of doors, so that the first question of a cache meets warm code and
 * neither counters nor histories know of the rehearsal.
 */
final class WarmUp {

  private static final int QUESTIONS = 200;
  private static final int LONG_QUESTIONS = 5;
  private static final int FILES = 1_000;
  private static final int ROWS_PER_MODEL = 20;
  private static final String LOOPBACK = "127.0.0.1";

  private final Vertx vertx;
  private final ModelRegistry registry;

  WarmUp(Vertx vertx, ModelRegistry registry) {
    this.vertx = vertx;
    this.registry = registry;
  }

  /** Completes when all was asked and the private doors are closed. */
  Future<Void> run(Doors doors) throws IOException {
    HttpClient client = vertx.createHttpClient();
    return Listener.start(vertx, doors, new Listener.Place(LOOPBACK, Listener.APART, null))
        .compose(
            listener ->
                ask(client, listener.port())
                    .eventually(client::close)
                    .eventually(() -> listener.stop(Duration.ofSeconds(5))));
  }

  private Future<Void> ask(HttpClient client, int port) {
    Future<Void> chain = Future.succeededFuture();
    for (int i = 0; i < QUESTIONS; i++) {
      Buffer question = question(i);
      chain = chain.compose(done -> post(client, port, "/v1/cache/decide", question));
    }
    Buffer files = files();
    for (int i = 0; i < LONG_QUESTIONS; i++) {
      chain = chain.compose(done -> post(client, port, "/v1/cache/purge-order", files));
    }
    for (RegistryEntry entry : registry.entries()) {
      if (entry instanceof ServedModel model && model.width() >= 0) {
        Buffer row = row(model);
        for (int i = 0; i < ROWS_PER_MODEL; i++) {
          chain = chain.compose(done -> post(client, port, "/json", row));
        }
      }
    }
    return chain;
  }

  /** What a row of zeros gives is of no interest here, nor is a model that refuses it. */
  private static Future<Void> post(HttpClient client, int port, String path, Buffer body) {
    return client
        .request(HttpMethod.POST, port, LOOPBACK, path)
        .compose(request -> request.send(body))
        .compose(response -> response.body())
        .mapEmpty();
  }

  private static Buffer question(int number) {
    ObjectNode question = JsonNodeFactory.instance.objectNode();
    question.put("v", 1).put("node", "rehearsal").put("layer", "site");
    question.put("lfn", "/store/data/Run2018A/Rehearsal/AOD/v1-v1/" + number % 10 + "/f.root");
    question.put("disk_free", 1).put("disk_total", 2).put("seq", number).put("explain", true);
    return Buffer.buffer(question.toString());
  }

  private static Buffer files() {
    ObjectNode question = JsonNodeFactory.instance.objectNode().put("v", 1).put("layer", "site");
    for (int i = 0; i < FILES; i++) {
      question.withArray("files").add("/store/mc/Run3/Rehearsal/AOD/v1-v1/" + i + "/f.root");
    }
    return Buffer.buffer(question.toString());
  }

  private static Buffer row(ServedModel model) {
    ObjectNode row = JsonNodeFactory.instance.objectNode().put("model", model.name().value());
    for (int i = 0; i < model.width(); i++) {
      row.withArray("values").add(0);
    }
    return Buffer.buffer(row.toString());
  }
}
