// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.auth;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.decisionlab.identity.tokens.verify.InvalidTokenException;
import org.decisionlab.identity.tokens.verify.IssuerUnavailableException;
import org.decisionlab.identity.tokens.verify.TokenValidator;
import org.decisionlab.identity.tokens.verify.VerifiedToken;
import org.jspecify.annotations.Nullable;

/**
 * Access tokens of the issuers that a file names with what it grants to their groups and scopes,
 * and beside them the tokens of a {@link TokenFile} where there is one.
 *
 * <p>Rights are looked up by the grants of now, at each request. The file is read again when it
 * changes, by a thread of its own; a changed one that cannot be read is logged and tried again, and
 * what was known before goes on.
 */
public final class IssuerTokens implements Authenticator {

  private static final System.Logger LOG = System.getLogger(IssuerTokens.class.getName());
  private static final long LOOK_AGAIN_MILLIS = 1_000;

  /** RFC 7519 lets any text be a subject; one that is not like this is fit for no log. */
  private static final Pattern SUBJECT = Pattern.compile("[\\x21-\\x7e]{1,255}");

  private static final Pattern USER = Pattern.compile("[A-Za-z0-9_.@+-]{1,64}");
  private static final String CAPABILITIES =
      "its groups do not count, because it has capabilities (scopes of storage, compute or"
          + " host.auth)";

  private static final FileTime ABSENT = FileTime.fromMillis(0);

  private record Trust(FileTime changed, IssuersFile file, TokenValidator tokens) {}

  private final Path file;
  private final @Nullable TokenFile listed;
  private final @Nullable Path copies;
  private final Clock clock;
  private final ScheduledExecutorService watch;
  private volatile Trust trust;

  /** When the file was changed and what was wrong with it, at the last look; null when nothing. */
  private @Nullable String unreadable;

  /**
   * Reads a file of issuers. Nobody is asked before a token comes.
   *
   * @param file the file
   * @param listed tokens that are accepted too; null for none
   * @param copies folder for copies of the issuers' public keys, which outlive a restart; null for
   *     none
   * @throws IOException when it cannot be read, or is not one, saying what is wrong where
   */
  public IssuerTokens(Path file, @Nullable TokenFile listed, @Nullable Path copies, Clock clock)
      throws IOException {
    this.file = file;
    this.listed = listed;
    this.copies = copies;
    this.clock = clock;
    FileTime changed = Files.getLastModifiedTime(file);
    IssuersFile first = IssuersFile.read(file);
    this.trust = new Trust(changed, first, validator(first));
    this.watch =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "file of issuers");
              thread.setDaemon(true);
              return thread;
            });
    var unused =
        watch.scheduleWithFixedDelay(
            this::lookAgain, LOOK_AGAIN_MILLIS, LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  public @Nullable Identity identify(String token) throws InvalidTokenException {
    boolean web = isWebToken(token);
    if (web) {
      Trust now = trust;
      Optional<VerifiedToken> known = now.tokens().remembered(token);
      if (known.isPresent()) {
        return identity(known.get(), now);
      }
    }
    Identity found = listed == null ? null : listed.find(token);
    if (found == null && !web) {
      throw new InvalidTokenException(
          listed == null ? "the token is not a JSON Web Token" : "the token is not known");
    }
    return found;
  }

  @Override
  public Identity ask(String token) throws InvalidTokenException, IssuerUnavailableException {
    Trust now = trust;
    return identity(now.tokens().validate(token), now);
  }

  @Override
  public String waitsFor(String token) {
    return trust.tokens().askedAbout(token);
  }

  @Override
  public void close() {
    watch.shutdownNow();
    trust.tokens().close();
  }

  private TokenValidator validator(IssuersFile content) {
    return new TokenValidator(content.issuers(), copies, Duration.ZERO, clock);
  }

  private static Identity identity(VerifiedToken token, Trust now) throws InvalidTokenException {
    if (!SUBJECT.matcher(token.subject()).matches()) {
      throw new InvalidTokenException(
          "the token's subject ('sub') must be 1 to 255 printable characters of ASCII");
    }
    Set<String> groups = token.authorizingGroups();
    Set<Right> rights = EnumSet.noneOf(Right.class);
    for (Grant grant : now.file().grants().getOrDefault(token.issuer(), List.of())) {
      if (grant.isFor(token, groups)) {
        rights.addAll(grant.rights());
      }
    }
    String user = token.username();
    return new Identity(
        token.name(),
        rights,
        user != null && USER.matcher(user).matches() ? user : null,
        groups.isEmpty() && !token.groups().isEmpty() ? CAPABILITIES : null,
        groups,
        now.file().realms().get(token.issuer()));
  }

  /** Whether it has the form of one, signed or encrypted: three or five parts. */
  private static boolean isWebToken(String token) {
    int dots = 0;
    for (int at = token.indexOf('.'); at >= 0; at = token.indexOf('.', at + 1)) {
      dots++;
    }
    return dots == 2 || dots == 4;
  }

  private void lookAgain() {
    FileTime changed = ABSENT;
    try {
      changed = Files.getLastModifiedTime(file);
      Trust before = trust;
      if (changed.equals(before.changed())) {
        return;
      }
      IssuersFile fresh = IssuersFile.read(file);
      // Addresses are equal in whatever case their hosts are, names of issuers are not.
      boolean sameTerms =
          fresh.issuers().equals(before.file().issuers())
              && fresh.grants().keySet().equals(before.file().grants().keySet());
      trust = new Trust(changed, fresh, sameTerms ? before.tokens() : validator(fresh));
      if (!sameTerms) {
        before.tokens().close();
      }
      unreadable = null;
      LOG.log(Level.INFO, "read the {0} issuers of {1} again", fresh.issuers().size(), file);
    } catch (IOException | RuntimeException e) {
      // Of the executor's thread only; what it throws would end the watch.
      String state = changed + " " + e.getMessage();
      if (!state.equals(unreadable)) {
        LOG.log(Level.ERROR, "the issuers known before go on being trusted: {0}", e.getMessage());
      }
      unreadable = state;
    }
  }
}
