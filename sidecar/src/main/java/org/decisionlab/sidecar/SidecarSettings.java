// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import java.nio.file.Path;
import java.util.function.Consumer;
import org.decisionlab.sidecar.decide.DeskSettings;
import org.decisionlab.sidecar.http.ServerLimits;
import org.decisionlab.sidecar.http.Tls;
import org.decisionlab.sidecar.serve.ServingSettings;
import org.jspecify.annotations.Nullable;

/**
 * How a sidecar runs.
 *
 * @param host address to listen at; one of this machine's loopback addresses unless tokens are
 *     wanted
 * @param port port to listen at, 0 for any that is free
 * @param models directory of the model store
 * @param serving how models are served
 * @param desk how caches are answered
 * @param limits what requests may take
 * @param access who may ask
 * @param observing what is written down
 * @param trainingJobs file of registered training jobs; null for none
 */
public record SidecarSettings(
    String host,
    int port,
    Path models,
    ServingSettings serving,
    DeskSettings desk,
    ServerLimits limits,
    Access access,
    Observing observing,
    @Nullable Path trainingJobs) {

  /**
   * Who may ask.
   *
   * @param tokens file of tokens; null for none: without issuers nobody has to present one
   * @param requestsPerSecond of each asker; 0 for no limit
   * @param tls what is shown who connects by TLS; null to speak in clear
   * @param behindProxy whether a proxy before the sidecar speaks TLS, so that it may speak in clear
   *     beyond this machine
   * @param issuers file of issuers whose access tokens are accepted; null for none
   */
  public record Access(
      @Nullable Path tokens,
      int requestsPerSecond,
      @Nullable Tls tls,
      boolean behindProxy,
      @Nullable Path issuers) {

    /** For those of the file of tokens only. */
    public Access(
        @Nullable Path tokens, int requestsPerSecond, @Nullable Tls tls, boolean behindProxy) {
      this(tokens, requestsPerSecond, tls, behindProxy, null);
    }

    /** In clear, on this machine. */
    public Access(@Nullable Path tokens, int requestsPerSecond) {
      this(tokens, requestsPerSecond, null, false);
    }

    /** The same for the tokens of some issuers too. */
    public Access trusting(@Nullable Path file) {
      return new Access(tokens, requestsPerSecond, tls, behindProxy, file);
    }

    /** Everybody on this machine, as often as they want. */
    public static final Access ANYBODY = new Access(null, 0);
  }

  /** The usual settings: loopback, the latest decision model, the usual limits. */
  public static SidecarSettings of(int port, Path models) {
    return new SidecarSettings(
        "127.0.0.1",
        port,
        models,
        ServingSettings.usual(),
        DeskSettings.of(DeskSettings.DEFAULT_FILES_PER_LAYER, false),
        ServerLimits.DEFAULT,
        Access.ANYBODY,
        Observing.NOTHING,
        null);
  }

  /** The same at another address. */
  public SidecarSettings at(String otherHost) {
    return with(draft -> draft.host = otherHost);
  }

  /** The same serving models in another way. */
  public SidecarSettings withServing(ServingSettings other) {
    return with(draft -> draft.serving = other);
  }

  /** The same answering caches in another way. */
  public SidecarSettings withDesk(DeskSettings other) {
    return with(draft -> draft.desk = other);
  }

  /** The same with other limits. */
  public SidecarSettings withLimits(ServerLimits other) {
    return with(draft -> draft.limits = other);
  }

  /** The same for others. */
  public SidecarSettings withAccess(Access other) {
    return with(draft -> draft.access = other);
  }

  /** The same writing down something else. */
  public SidecarSettings withObserving(Observing other) {
    return with(draft -> draft.observing = other);
  }

  /** The same with other training jobs. */
  public SidecarSettings withTrainingJobs(@Nullable Path other) {
    return with(draft -> draft.trainingJobs = other);
  }

  private SidecarSettings with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return new SidecarSettings(
        draft.host,
        port,
        models,
        draft.serving,
        draft.desk,
        draft.limits,
        draft.access,
        draft.observing,
        draft.trainingJobs);
  }

  /** What can be changed, while one of it is. */
  private static final class Draft {
    private String host;
    private ServingSettings serving;
    private DeskSettings desk;
    private ServerLimits limits;
    private Access access;
    private Observing observing;
    private @Nullable Path trainingJobs;

    Draft(SidecarSettings from) {
      this.host = from.host;
      this.serving = from.serving;
      this.desk = from.desk;
      this.limits = from.limits;
      this.access = from.access;
      this.observing = from.observing;
      this.trainingJobs = from.trainingJobs;
    }
  }
}
