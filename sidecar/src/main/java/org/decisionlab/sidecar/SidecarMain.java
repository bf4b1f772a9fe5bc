// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.decisionlab.models.engine.Engines;
import org.decisionlab.sidecar.auth.Identity;
import org.decisionlab.sidecar.decide.DeskSettings;
import org.decisionlab.sidecar.http.Tls;
import org.decisionlab.sidecar.serve.ServingSettings;
import org.decisionlab.sidecar.store.ModelName;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The program: options, start, one line when ready, end on SIGTERM. */
@Command(
    name = "sidecar",
    mixinStandardHelpOptions = true,
    description = {
      "Serves published models and answers caches over HTTP, on this machine unless told"
          + " otherwise.",
      "Prints one line with its address when it answers; ends on SIGTERM or Ctrl-C after the"
          + " requests under way were answered."
    },
    footer = {
      "",
      "./lab sidecar also takes --flavour lite|onnx|all: the evaluator in Java alone, with"
          + " onnxruntime, with TensorFlow too (the usual)."
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:ended as it was told",
      "1:could not start, or ended with requests unanswered",
      "2:wrong options"
    })
public final class SidecarMain implements Callable<Integer> {

  private static final Duration DRAIN = Duration.ofSeconds(20);

  @Option(
      names = "--host",
      defaultValue = "127.0.0.1",
      description = {
        "Address to listen at (default: ${DEFAULT-VALUE}); one beyond this machine only together"
            + " with --tokens or --issuers."
      })
  private String host = "127.0.0.1";

  @Option(names = "--port", required = true, description = "Port; 0 takes any that is free.")
  private int port;

  @Option(
      names = "--models",
      required = true,
      paramLabel = "DIR",
      description = "Directory of published models, made when it does not exist.")
  private Path models = Path.of("");

  @Option(
      names = "--decision-model",
      paramLabel = "NAME",
      description = "The model that answers caches (default: the one published last that can).")
  private @Nullable String decisionModel;

  @Option(
      names = "--engines",
      split = ",",
      paramLabel = "NAME",
      description = "Engines to try first, in this order (default: java, then those installed).")
  private List<String> engines = List.of();

  @Option(
      names = "--history-files",
      paramLabel = "N",
      defaultValue = "" + DeskSettings.DEFAULT_FILES_PER_LAYER,
      description = "Files remembered of each layer of caches (default: ${DEFAULT-VALUE}).")
  private int historyFiles = DeskSettings.DEFAULT_FILES_PER_LAYER;

  @Option(
      names = "--replay",
      description = "Let questions tell their own instant, for replays of records.")
  private boolean replay;

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description = {
        "Directory for what is written down: openings that caches told, which are remembered after"
            + " a start, and the logs below (default: nothing is written)."
      })
  private @Nullable Path state;

  @Option(names = "--access-log", description = "Write down each request, as JSON.")
  private boolean accessLog;

  @Option(
      names = "--log-predictions",
      paramLabel = "SHARE",
      defaultValue = "0",
      description = "Write down this share of the rows asked, 0 to 1 (default: ${DEFAULT-VALUE}).")
  private double predictionShare;

  @Option(
      names = "--tokens",
      paramLabel = "FILE",
      description = {
        "Answer only who presents a bearer token listed in this file by its SHA-256 (default:"
            + " everybody on this machine)."
      })
  private @Nullable Path tokens;

  @Option(
      names = "--issuers",
      paramLabel = "FILE",
      description = {
        "Answer who presents an access token of one of the issuers in this file, by what it"
            + " grants to groups and scopes; also together with --tokens."
      })
  private @Nullable Path issuers;

  @Option(
      names = "--tls-certificate",
      paramLabel = "FILE",
      description = "Speak TLS with this certificate, PEM, those that signed it after it.")
  private @Nullable Path certificate;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "Its private key, PEM, not encrypted.")
  private @Nullable Path key;

  @Option(
      names = "--behind-proxy",
      description = {
        "A proxy before the sidecar speaks TLS: listen beyond this machine in clear all the same."
      })
  private boolean behindProxy;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "0",
      description = "Requests a second of each asker; 0 for no limit (default: ${DEFAULT-VALUE}).")
  private int rate;

  @Option(
      names = "--load-limit",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = {
        "Time for one model to load and be compared (default: ${DEFAULT-VALUE}); one that takes"
            + " longer is refused."
      })
  private int loadSeconds;

  @Option(
      names = "--no-batching",
      description = {
        "Ask costly models each question alone, not together with others that wait where that was"
            + " measured to pay."
      })
  private boolean alone;

  @Option(
      names = "--training-jobs",
      paramLabel = "FILE",
      description = "File of training jobs that clients may start (default: none).")
  private @Nullable Path trainingJobs;

  @Option(names = "--json", description = "Print the line as JSON: url, port, pid, models.")
  private boolean json;

  @Spec private @Nullable CommandSpec spec;

  /** Runs until it is told to end. */
  public static void main(String[] arguments) {
    OneLineFormatter.install();
    int code = new CommandLine(new SidecarMain()).execute(arguments);
    System.exit(code);
  }

  @Override
  public Integer call() throws InterruptedException {
    Sidecar sidecar;
    try {
      sidecar = Sidecar.start(settings());
    } catch (StartException e) {
      System.err.println("sidecar: " + e.getMessage());
      return 1;
    }
    CountDownLatch forEver = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(sidecar), "end"));
    System.out.println(json ? ready(sidecar) : "Sidecar ready at " + sidecar.address());
    System.out.flush();
    forEver.await();
    return 0;
  }

  /** The virtual machine would end with 143 on SIGTERM; a clean end is 0. */
  private static void end(Sidecar sidecar) {
    Runtime.getRuntime().halt(sidecar.drain(DRAIN) ? 0 : 1);
  }

  private SidecarSettings settings() {
    if (port < 0 || port > 65535) {
      throw wrong("--port must be 0 to 65535, not " + port);
    }
    if (historyFiles < 1) {
      throw wrong("--history-files must be 1 or more, not " + historyFiles);
    }
    if (loadSeconds < 1) {
      throw wrong("--load-limit must be 1 or more, not " + loadSeconds);
    }
    if (rate < 0) {
      throw wrong("--rate must be 0 or more, not " + rate);
    }
    if (!(predictionShare >= 0 && predictionShare <= 1)) {
      throw wrong("--log-predictions must be 0 to 1, not " + predictionShare);
    }
    if (state == null && (accessLog || predictionShare > 0)) {
      throw wrong("--access-log and --log-predictions need a directory: --state DIR");
    }
    ServingSettings serving =
        ServingSettings.usual()
            .deciding(decisionModel == null ? null : name(decisionModel))
            .with(engines())
            .loadingWithin(Duration.ofSeconds(loadSeconds));
    return SidecarSettings.of(port, models)
        .at(host)
        .withServing(alone ? serving.withoutBatching() : serving)
        .withDesk(DeskSettings.of(historyFiles, replay))
        .withAccess(new SidecarSettings.Access(tokens, rate, tls(), behindProxy).trusting(issuers))
        .withObserving(new Observing(state, predictionShare, accessLog, Observing.DEFAULT_BYTES))
        .withTrainingJobs(trainingJobs);
  }

  private @Nullable Tls tls() {
    if (certificate == null && key == null) {
      return null;
    }
    if (certificate == null || key == null) {
      throw wrong("--tls-certificate and --tls-key belong together");
    }
    return new Tls(certificate, key);
  }

  private Engines engines() {
    try {
      return Engines.installed().preferring(engines);
    } catch (IllegalArgumentException e) {
      throw wrong("--engines: " + e.getMessage());
    }
  }

  private ModelName name(String text) {
    try {
      return new ModelName(text);
    } catch (IllegalArgumentException e) {
      throw wrong("--decision-model: " + e.getMessage());
    }
  }

  private CommandLine.ParameterException wrong(String message) {
    if (spec == null) {
      throw new IllegalStateException("the command is run by picocli");
    }
    return new CommandLine.ParameterException(spec.commandLine(), message);
  }

  private static ObjectNode ready(Sidecar sidecar) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("url", sidecar.address().toString())
        .put("port", sidecar.address().getPort())
        .put("pid", ProcessHandle.current().pid())
        .put("models", sidecar.registry().entries(Identity.local()).size());
  }
}
