// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.file.FileSystemOptions;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.decisionlab.sidecar.decide.DecisionDesk;
import org.decisionlab.sidecar.http.Doors;
import org.decisionlab.sidecar.http.Gate;
import org.decisionlab.sidecar.http.Listener;
import org.decisionlab.sidecar.serve.ModelManagement;
import org.decisionlab.sidecar.serve.ModelRegistry;
import org.decisionlab.sidecar.serve.Predictor;
import org.decisionlab.sidecar.serve.Publisher;
import org.decisionlab.sidecar.serve.Serving;
import org.decisionlab.sidecar.store.ModelStore;

/** A running sidecar: the parts put together, started and ended. */
public final class Sidecar implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Sidecar.class.getName());
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration CLOSING = Duration.ofSeconds(3);
  private static final int WORKERS = 2;
  private static final Duration LONGEST_WORK = Duration.ofSeconds(60);

  private final Vertx vertx;
  private final ModelStore store;
  private final Serving serving;
  private final Gate gate;
  private final Listener listener;
  private final String host;

  private Sidecar(SidecarSettings settings, ModelStore store, Vertx vertx)
      throws IOException, StartException {
    this.host = settings.host();
    this.vertx = vertx;
    this.store = store;
    this.gate = new Gate(settings.limits().requests());
    Clock clock = Clock.systemUTC();
    this.serving = new Serving(store, settings.serving(), clock);
    Doors.Parts parts =
        new Doors.Parts(serving, desk(settings, clock), gate, workers(vertx), store.stage());
    this.listener =
        await(
            Listener.start(vertx, new Doors(parts, settings.limits()), host, settings.port()),
            "listen at " + host + " port " + settings.port());
    serving.start();
    Gate open = new Gate(settings.limits().requests());
    open.become(Gate.State.READY);
    Doors.Parts rehearsal = parts.with(desk(settings, clock), open);
    await(
        new WarmUp(vertx, serving.registry()).run(new Doors(rehearsal, settings.limits())),
        "warm up");
    gate.become(Gate.State.READY);
  }

  private DecisionDesk desk(SidecarSettings settings, Clock clock) {
    return new DecisionDesk(serving.registry()::nextDecisionModel, settings.desk(), clock);
  }

  private static WorkerExecutor workers(Vertx vertx) {
    return vertx.createSharedWorkerExecutor(
        "uploads", WORKERS, LONGEST_WORK.toSeconds(), TimeUnit.SECONDS);
  }

  /**
   * Starts a sidecar; it answers when this returns.
   *
   * @throws StartException when the address is not on loopback or is taken, or the model directory
   *     cannot be used
   */
  public static Sidecar start(SidecarSettings settings) throws StartException {
    requireLoopback(settings.host());
    ModelStore store = open(settings.models());
    Vertx vertx = vertx();
    try {
      Sidecar sidecar = new Sidecar(settings, store, vertx);
      LOG.log(
          Level.INFO,
          "ready at {0} with {1} models of {2}",
          sidecar.address(),
          sidecar.registry().entries().size(),
          settings.models());
      return sidecar;
    } catch (StartException e) {
      end(vertx, store);
      throw e;
    } catch (IOException e) {
      end(vertx, store);
      throw new StartException(
          "model directory " + settings.models() + " cannot be used: " + e.getMessage(), e);
    }
  }

  /** Where it answers. */
  public URI address() {
    String shown = host.contains(":") ? "[" + host + "]" : host;
    return URI.create("http://" + shown + ":" + listener.port());
  }

  /** The models being served. */
  public ModelRegistry registry() {
    return serving.registry();
  }

  /** Takes uploads. */
  public Publisher publisher() {
    return serving.publisher();
  }

  /** Asks models. */
  public Predictor predictor() {
    return serving.predictor();
  }

  /** Changes what is published. */
  public ModelManagement management() {
    return serving.management();
  }

  /**
   * Answers the requests under way, takes no further ones, and ends.
   *
   * @param limit how long requests under way may take
   * @return whether all were answered in time
   */
  public boolean drain(Duration limit) {
    gate.become(Gate.State.DRAINING);
    boolean inTime = false;
    try {
      inTime = gate.awaitEmpty(limit);
      await(listener.stop(CLOSING), "close its connections");
    } catch (StartException e) {
      LOG.log(Level.WARNING, "the sidecar did not end cleanly", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    serving.close();
    end(vertx, store);
    LOG.log(Level.INFO, inTime ? "ended" : "ended with requests unanswered");
    return inTime;
  }

  /** Ends it, with ten seconds for requests under way. */
  @Override
  public void close() {
    drain(Duration.ofSeconds(10));
  }

  private static void requireLoopback(String host) throws StartException {
    try {
      if (!Stream.of(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress)) {
        throw new StartException(
            "host "
                + host
                + " is not on loopback; this sidecar has no authentication yet and serves"
                + " 127.0.0.1, ::1 or localhost only");
      }
    } catch (UnknownHostException e) {
      throw new StartException("host " + host + " is not known", e);
    }
  }

  /** Vert.x without its cache of class path files, which would leave temporary directories. */
  private static Vertx vertx() {
    return Vertx.vertx(
        new VertxOptions()
            .setEventLoopPoolSize(Listener.eventLoops())
            .setFileSystemOptions(
                new FileSystemOptions()
                    .setFileCachingEnabled(false)
                    .setClassPathResolvingEnabled(false)));
  }

  private static ModelStore open(Path directory) throws StartException {
    try {
      return ModelStore.open(directory);
    } catch (IOException e) {
      throw new StartException(
          "model directory " + directory + " cannot be used: " + e.getMessage(), e);
    }
  }

  private static void end(Vertx vertx, ModelStore store) {
    try {
      await(vertx.close(), "end");
      store.close();
    } catch (StartException | IOException e) {
      LOG.log(Level.WARNING, "the sidecar did not end cleanly", e);
    }
  }

  private static <T> T await(Future<T> future, String what) throws StartException {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new StartException("the sidecar cannot " + what + ": " + cause.getMessage(), cause);
    } catch (TimeoutException e) {
      throw new StartException(
          "the sidecar could not " + what + " within " + LIMIT.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted while the sidecar was to " + what, e);
    }
  }
}
