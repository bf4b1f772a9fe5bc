// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.decisionlab.sidecar.auth.Authenticator;
import org.decisionlab.sidecar.auth.Identity;
import org.decisionlab.sidecar.auth.RateLimits;
import org.decisionlab.sidecar.decide.DecisionDesk;
import org.decisionlab.sidecar.decide.DecisionWatch;
import org.decisionlab.sidecar.decide.Journal;
import org.decisionlab.sidecar.http.Doors;
import org.decisionlab.sidecar.http.Gate;
import org.decisionlab.sidecar.http.Listener;
import org.decisionlab.sidecar.http.Pools;
import org.decisionlab.sidecar.http.Tls;
import org.decisionlab.sidecar.serve.ModelManagement;
import org.decisionlab.sidecar.serve.ModelRegistry;
import org.decisionlab.sidecar.serve.Predictor;
import org.decisionlab.sidecar.serve.Publisher;
import org.decisionlab.sidecar.serve.Serving;
import org.decisionlab.sidecar.store.ModelStore;
import org.decisionlab.sidecar.telemetry.Metrics;
import org.decisionlab.sidecar.telemetry.Observations;
import org.decisionlab.sidecar.train.TrainingJob;
import org.decisionlab.sidecar.train.TrainingJobs;
import org.decisionlab.sidecar.train.TrainingRuns;
import org.jspecify.annotations.Nullable;

/** A running sidecar: the parts put together, started and ended. */
public final class Sidecar implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Sidecar.class.getName());
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration CLOSING = Duration.ofSeconds(3);

  /** What must be closed in the end, whatever happens. */
  private record Opened(
      Vertx vertx,
      ModelStore store,
      Notes notes,
      Metrics metrics,
      @Nullable Authenticator tokens) {}

  private final Opened opened;
  private final Serving serving;
  private final Gate gate;
  private final AtomicBoolean ending = new AtomicBoolean();
  private final CacheWatch watch;
  private final TrainingRuns trainings;
  private final Listener listener;
  private final String host;
  private final @Nullable Tls tls;

  private Sidecar(SidecarSettings settings, Opened opened) throws IOException, StartException {
    this.host = settings.host();
    this.tls = settings.access().tls();
    this.opened = opened;
    Vertx vertx = opened.vertx();
    ModelStore store = opened.store();
    this.gate = new Gate(settings.limits().requests());
    Clock clock = Clock.systemUTC();
    this.serving = new Serving(store, settings.serving(), clock);
    this.trainings = new TrainingRuns(jobs(settings), clock);
    Journal journal = opened.notes().journal();
    Metrics metrics = opened.metrics();
    Observations observations = new Observations(metrics, opened.notes().predictions(), clock);
    this.watch = new CacheWatch(observations, serving.predictor(), metrics);
    DecisionDesk desk = desk(settings, clock, journal, watch);
    Doors.Parts parts =
        new Doors.Parts(serving, desk, gate, trainings, Pools.of(vertx), store.stage());
    metrics.gauge(
        "sidecar_requests_under_way", "Requests being received or answered.", gate::underWay);
    DeskMetrics.register(metrics, desk);
    Doors.Admission admission =
        new Doors.Admission(
            opened.tokens(),
            new RateLimits(settings.access().requestsPerSecond(), System::nanoTime));
    Notes notes = opened.notes();
    Doors.Watch seen = new Doors.Watch(metrics, observations, notes.access(), notes.audit());
    Doors doors = new Doors(parts, admission, seen, settings.limits());
    this.listener =
        await(
            listen(doors, new Listener.Place(host, settings.port(), tls)),
            "listen at " + host + " port " + settings.port());
    serving.start();
    restore(journal, desk);
    warmUp(settings, parts, clock);
    gate.become(Gate.State.READY);
  }

  private Future<Listener> listen(Doors doors, Listener.Place place) throws StartException {
    try {
      return Listener.start(opened.vertx(), doors, place);
    } catch (IOException e) {
      throw new StartException("TLS cannot be spoken: " + e.getMessage(), e);
    }
  }

  private static SortedMap<String, TrainingJob> jobs(SidecarSettings settings)
      throws StartException {
    Path file = settings.trainingJobs();
    try {
      return file == null ? new TreeMap<>() : TrainingJobs.read(file);
    } catch (IOException e) {
      throw new StartException("the training jobs cannot be used: " + e.getMessage(), e);
    }
  }

  private static void restore(@Nullable Journal journal, DecisionDesk desk) throws StartException {
    try {
      if (journal != null) {
        journal.replay(desk::restore);
      }
    } catch (IOException e) {
      throw new StartException("the journal of openings cannot be read: " + e, e);
    }
  }

  /** Neither counters nor histories nor logs know of the rehearsal, and it needs no token. */
  private void warmUp(SidecarSettings settings, Doors.Parts parts, Clock clock)
      throws StartException, IOException {
    Gate open = new Gate(settings.limits().requests());
    open.become(Gate.State.READY);
    Metrics apart = new Metrics();
    Doors rehearsal =
        new Doors(
            parts.with(desk(settings, clock, null, DecisionWatch.NONE), open),
            new Doors.Admission(null, new RateLimits(0, System::nanoTime)),
            Doors.Watch.apart(apart, new Observations(apart, null, clock)),
            settings.limits());
    await(new WarmUp(opened.vertx(), serving.registry()).run(rehearsal), "warm up");
  }

  private DecisionDesk desk(
      SidecarSettings settings, Clock clock, @Nullable Journal journal, DecisionWatch watching) {
    return new DecisionDesk(
        serving.registry()::nextDecisionModel, settings.desk(), clock, journal, watching);
  }

  /**
   * Starts a sidecar; it answers when this returns.
   *
   * @throws StartException when the address is not on loopback and no tokens are wanted, or is
   *     taken, or a file or directory cannot be used
   */
  public static Sidecar start(SidecarSettings settings) throws StartException {
    Authenticator tokens = Authenticators.of(settings);
    try {
      return start(settings, tokens);
    } catch (StartException e) {
      if (tokens != null) {
        tokens.close();
      }
      throw e;
    }
  }

  /**
   * Starts a sidecar that asks somebody else who presents a token.
   *
   * @param tokens who presents a token, closed with the sidecar; null when nobody has to
   * @throws StartException when it cannot start
   */
  public static Sidecar start(SidecarSettings settings, @Nullable Authenticator tokens)
      throws StartException {
    if (!isLoopback(settings.host())) {
      requireSafety(settings, tokens);
    }
    ModelStore store = open(settings.models());
    Metrics metrics = new Metrics();
    Opened opened = new Opened(vertx(), store, notes(settings, store, metrics), metrics, tokens);
    try {
      Sidecar sidecar = new Sidecar(settings, opened);
      LOG.log(
          Level.INFO,
          "ready at {0} with {1} models of {2}",
          sidecar.address(),
          sidecar.registry().entries(Identity.local()).size(),
          settings.models());
      return sidecar;
    } catch (StartException e) {
      end(opened);
      throw e;
    } catch (IOException e) {
      end(opened);
      throw new StartException(
          "model directory " + settings.models() + " cannot be used: " + e.getMessage(), e);
    }
  }

  /** Where it answers. */
  public URI address() {
    String shown = host.contains(":") ? "[" + host + "]" : host;
    return URI.create((tls == null ? "http://" : "https://") + shown + ":" + listener.port());
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
   * Answers the requests under way, takes no further ones, and ends; nothing happens the second
   * time.
   *
   * @param limit how long requests under way may take
   * @return whether all were answered in time
   */
  public boolean drain(Duration limit) {
    if (!ending.compareAndSet(false, true)) {
      return true;
    }
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
    trainings.close();
    watch.close();
    serving.close();
    end(opened);
    LOG.log(Level.INFO, inTime ? "ended" : "ended with requests unanswered");
    return inTime;
  }

  /** Ends it, with ten seconds for requests under way. */
  @Override
  public void close() {
    drain(Duration.ofSeconds(10));
  }

  private static boolean isLoopback(String host) throws StartException {
    try {
      return Stream.of(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress);
    } catch (UnknownHostException e) {
      throw new StartException("host " + host + " is not known", e);
    }
  }

  /**
   * Beyond this machine only who presents a token is answered, and tokens are not sent in clear.
   */
  private static void requireSafety(SidecarSettings settings, @Nullable Authenticator tokens)
      throws StartException {
    String host = "host " + settings.host() + " is not on loopback; ";
    if (tokens == null) {
      throw new StartException(
          host
              + "name a file of tokens with --tokens, or of issuers with --issuers, or serve"
              + " 127.0.0.1, ::1 or localhost only");
    }
    if (settings.access().tls() == null && !settings.access().behindProxy()) {
      throw new StartException(
          host
              + "tokens would be sent in clear: name a certificate with --tls-certificate and"
              + " --tls-key, or say --behind-proxy when a proxy before it speaks TLS");
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

  private static Notes notes(SidecarSettings settings, ModelStore store, Metrics metrics)
      throws StartException {
    try {
      return new Notes(settings.observing(), metrics, Clock.systemUTC());
    } catch (IOException e) {
      try {
        store.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw new StartException("the state cannot be used: " + e.getMessage(), e);
    }
  }

  private static void end(Opened opened) {
    Authenticator tokens = opened.tokens();
    if (tokens != null) {
      tokens.close();
    }
    try {
      await(opened.vertx().close(), "end");
      opened.notes().close();
      opened.store().close();
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
