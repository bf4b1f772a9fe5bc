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
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.decisionlab.sidecar.auth.Identity;
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

  /** A model that takes long is left to be warmed up by those who ask it. */
  private static final Duration LIMIT_OF_ONE = Duration.ofSeconds(10);

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final System.Logger LOG = System.getLogger(WarmUp.class.getName());

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
    long end = System.nanoTime() + LIMIT.toNanos();
    List<Buffer> questions = IntStream.range(0, QUESTIONS).mapToObj(WarmUp::question).toList();
    List<Buffer> orders = Collections.nCopies(LONG_QUESTIONS, files());
    Future<Void> chain =
        all(new Asking(client, port, "/v1/cache/decide", end), questions)
            .compose(done -> all(new Asking(client, port, "/v1/cache/purge-order", end), orders));
    for (RegistryEntry entry : registry.entries(Identity.local())) {
      if (entry instanceof ServedModel model && model.width() >= 0) {
        List<Buffer> rows = Collections.nCopies(ROWS_PER_MODEL, row(model));
        chain = chain.compose(done -> all(new Asking(client, port, "/json", end), rows));
      }
    }
    return chain;
  }

  /**
   * Where to ask.
   *
   * @param end instant of {@link System#nanoTime()} at which the rehearsal is over
   */
  private record Asking(HttpClient client, int port, String path, long end) {}

  /** Asks one after the other, until the time for one path, or for all of them, is up. */
  private static Future<Void> all(Asking asking, List<Buffer> bodies) {
    long end = Math.min(System.nanoTime() + LIMIT_OF_ONE.toNanos(), asking.end());
    Future<Void> chain = Future.succeededFuture();
    for (Buffer body : bodies) {
      chain = chain.compose(done -> post(asking, body, end));
    }
    return chain.recover(
        fault -> {
          LOG.log(
              Level.INFO,
              "the rehearsal of {0} was not ended, so that the first answers may be slow: {1}",
              asking.path(),
              String.valueOf(fault.getMessage()));
          return Future.succeededFuture();
        });
  }

  /** What a row of zeros gives is of no interest here, nor is a model that refuses it. */
  private static Future<Void> post(Asking asking, Buffer body, long end) {
    long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
    if (left <= 0) {
      return Future.failedFuture("its time is up");
    }
    return asking
        .client()
        .request(HttpMethod.POST, asking.port(), LOOPBACK, asking.path())
        .compose(request -> request.send(body))
        .compose(response -> response.body())
        .timeout(left, TimeUnit.MILLISECONDS)
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
