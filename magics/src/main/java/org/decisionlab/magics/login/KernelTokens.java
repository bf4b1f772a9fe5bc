// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.login;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.decisionlab.identity.tokens.source.AccessToken;
import org.decisionlab.identity.tokens.source.BearerTokenFile;
import org.decisionlab.identity.tokens.source.DeviceLogin;
import org.decisionlab.identity.tokens.source.LoginPrompt;
import org.decisionlab.identity.tokens.source.StandardTokens;
import org.decisionlab.identity.tokens.source.TokenRequest;
import org.decisionlab.identity.tokens.source.TokenSource;
import org.decisionlab.identity.tokens.source.TokenUnavailableException;
import org.decisionlab.kernel.cell.KernelScope;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens of one kernel, for all its magics: one source, made when the first token is wanted,
 * from the places that the environment names. A user is asked to log in only by a magic that waits
 * for the answer, never by what goes on beside the cells. Thread safe.
 */
public final class KernelTokens implements AutoCloseable {

  /** Environment variable with the audience of tokens for the sidecar. */
  public static final String SIDECAR_AUDIENCE = "DECISIONLAB_SIDECAR_AUDIENCE";

  /** Environment variable with the scopes, between blanks, of tokens for the sidecar. */
  public static final String SIDECAR_SCOPES = "DECISIONLAB_SIDECAR_SCOPES";

  /** Environment variable with the audience of tokens for storage, and of the token file. */
  public static final String FILE_AUDIENCE = "DECISIONLAB_FILE_AUDIENCE";

  /** Environment variable with the scopes, between blanks, of a login by device code. */
  public static final String LOGIN_SCOPES = "DECISIONLAB_LOGIN_SCOPES";

  private static final Logger LOG = LoggerFactory.getLogger(KernelTokens.class);
  private static final String USUAL_SCOPES = "openid profile wlcg wlcg.groups";
  private static final Duration WRITING = Duration.ofSeconds(30);

  private final Map<String, String> environment;
  private final Path temporary;
  private final LoginPrompt prompt;
  private final Clock clock;
  private final ThreadLocal<Boolean> attended = ThreadLocal.withInitial(() -> false);
  private @Nullable Places places;
  private @Nullable Exported exported;

  /** The source, and the login that it has where one is set up. */
  private record Places(TokenSource source, Optional<DeviceLogin> login) {}

  /** The file that is kept fresh, and for what its token is. */
  private record Exported(BearerTokenFile file, TokenRequest request) {}

  /**
   * Tokens by an environment; nothing is asked before a token is wanted.
   *
   * @param environment the variables
   * @param temporary the folder for temporary files
   * @param prompt shows a user where to log in
   */
  public KernelTokens(
      Map<String, String> environment, Path temporary, LoginPrompt prompt, Clock clock) {
    this.environment = environment;
    this.temporary = temporary;
    this.prompt = prompt;
    this.clock = clock;
  }

  /** Those of a kernel: one object for all its extensions. */
  public static KernelTokens of(KernelScope kernel) {
    return kernel.shared(
        KernelTokens.class,
        () ->
            new KernelTokens(
                System.getenv(),
                Path.of(System.getProperty("java.io.tmpdir")),
                new CellPrompt(kernel::cell),
                Clock.systemUTC()));
  }

  /**
   * A token that holds now. Where a login by device code is the only place that is left, this waits
   * for the user, until the code ends or the cell is interrupted.
   *
   * @throws TokenUnavailableException with the reason of each place
   */
  public AccessToken token(TokenRequest request)
      throws TokenUnavailableException, InterruptedException {
    TokenSource source = places().source();
    return attending(() -> source.token(request));
  }

  /**
   * As {@link #token}, but a user is not asked to log in.
   *
   * @throws TokenUnavailableException with the reason of each place
   */
  public AccessToken tokenWithoutAsking(TokenRequest request)
      throws TokenUnavailableException, InterruptedException {
    return uninterrupted(() -> places().source().token(request));
  }

  /** Tells that a service refused a token as expired or invalid: the next one is new. */
  public void refused(TokenRequest request, AccessToken token) {
    places().source().refused(request, token);
  }

  /** The name of the place that the last token came from; empty where there was none. */
  public String from(TokenRequest request) {
    return places().source().from(request).orElse("");
  }

  /**
   * Has the user log in by device code, whoever is logged in. From then on the tokens of that login
   * come first.
   *
   * @param scopes what to ask for; the usual ones where there are none
   * @throws TokenUnavailableException when no such login is set up, or it failed
   */
  public void login(List<String> scopes) throws TokenUnavailableException, InterruptedException {
    DeviceLogin login =
        places()
            .login()
            .orElseThrow(
                () ->
                    new TokenUnavailableException(
                        "no login by device code is set up: "
                            + StandardTokens.loginProblem(environment)
                                .orElse(
                                    "it needs the environment variables DECISIONLAB_ISSUER and"
                                        + " DECISIONLAB_CLIENT_ID before the kernel starts")));
    TokenRequest wanted = new TokenRequest(null, scopes.isEmpty() ? usualScopes() : scopes);
    attending(() -> login.login(wanted));
    places().source().forget();
    renewFile();
  }

  /** Ends the login by device code and the token file; other places stay. */
  public void end() {
    places().login().ifPresent(DeviceLogin::forget);
    places().source().forget();
    endFile();
  }

  /** A request for a token for storage: with the audience of {@link #FILE_AUDIENCE}, or any. */
  public TokenRequest ofFiles() {
    String audience = environment.getOrDefault(FILE_AUDIENCE, "").strip();
    return audience.isEmpty() ? TokenRequest.ANY : TokenRequest.of(audience, List.of());
  }

  /** A variable of the environment, empty where it is not set. */
  public String setting(String name) {
    return environment.getOrDefault(name, "").strip();
  }

  /** What time it is. */
  public Instant now() {
    return clock.instant();
  }

  /**
   * Keeps a file with a fresh token from now on, for programs that read {@code BEARER_TOKEN_FILE}:
   * mode 0600 in a folder that nobody else can enter, deleted with the kernel.
   *
   * @return the file
   * @throws TokenUnavailableException when there is no token
   * @throws IOException when the folder cannot be made
   */
  public Path export(TokenRequest request)
      throws TokenUnavailableException, InterruptedException, IOException {
    token(request);
    BearerTokenFile file = kept(request);
    if (!file.isThere(WRITING)) {
      throw new IOException(file.file() + " has not been written; %log tells why");
    }
    return file.file();
  }

  /** The file that is kept, where there is one. */
  public synchronized Optional<Path> exported() {
    return Optional.ofNullable(exported).map(kept -> kept.file().file());
  }

  @Override
  public void close() {
    endFile();
  }

  private synchronized BearerTokenFile kept(TokenRequest request) throws IOException {
    Exported kept = exported;
    if (kept != null && kept.request().equals(request)) {
      return kept.file();
    }
    Path path = kept == null ? folder().resolve("bearer") : kept.file().file();
    return keep(path, request);
  }

  /** The tokens are those of another login now. */
  private synchronized void renewFile() {
    Exported kept = exported;
    if (kept != null) {
      keep(kept.file().file(), kept.request());
    }
  }

  private BearerTokenFile keep(Path path, TokenRequest request) {
    Exported before = exported;
    if (before != null) {
      before.file().close();
    }
    BearerTokenFile file = new BearerTokenFile(path, places().source(), request, clock);
    exported = new Exported(file, request);
    return file;
  }

  private Path folder() throws IOException {
    return Files.createTempDirectory(
        place(),
        "decisionlab-",
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  /** The user's own folder of this session, which lives in memory, or that for temporary files. */
  private Path place() {
    String runtime = setting("XDG_RUNTIME_DIR");
    Path own = runtime.isEmpty() ? temporary : Path.of(runtime);
    return Files.isDirectory(own) && Files.isWritable(own) ? own : temporary;
  }

  private synchronized void endFile() {
    Exported kept = exported;
    exported = null;
    if (kept == null) {
      return;
    }
    kept.file().close();
    Path folder = kept.file().file().getParent();
    try {
      if (folder != null) {
        Files.deleteIfExists(folder);
      }
    } catch (IOException e) {
      LOG.warn("the folder of the token file stays: {}", e.getMessage());
    }
  }

  private List<String> usualScopes() {
    String named = setting(LOGIN_SCOPES);
    return List.of((named.isEmpty() ? USUAL_SCOPES : named).split("\\s+", -1));
  }

  private synchronized Places places() {
    Places made = places;
    if (made == null) {
      LoginPrompt attending = new Attended();
      DeviceLogin login = StandardTokens.login(environment, attending, clock).orElse(null);
      made =
          new Places(
              StandardTokens.of(environment, temporary, null, login, attending, clock),
              Optional.ofNullable(login));
      places = made;
    }
    return made;
  }

  private interface Asking {
    AccessToken ask() throws TokenUnavailableException, InterruptedException;
  }

  private AccessToken attending(Asking asking)
      throws TokenUnavailableException, InterruptedException {
    attended.set(true);
    try {
      return uninterrupted(asking);
    } finally {
      attended.remove();
    }
  }

  /** A place that was interrupted says so as its reason; then the cell is over. */
  private static AccessToken uninterrupted(Asking asking)
      throws TokenUnavailableException, InterruptedException {
    try {
      return asking.ask();
    } catch (TokenUnavailableException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      throw e;
    }
  }

  /** Shows codes to who waits for them; what goes on beside the cells does not. */
  private final class Attended implements LoginPrompt {

    @Override
    public Optional<String> refusal() {
      return attended.get()
          ? Optional.empty()
          : Optional.of("nobody is logged in; '%login device' does that");
    }

    @Override
    public void show(URI address, URI direct, String code, Instant until) {
      prompt.show(address, direct, code, until);
    }

    @Override
    public void done(String outcome) {
      prompt.done(outcome);
    }
  }
}
