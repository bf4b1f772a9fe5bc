// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tokens found as the WLCG Bearer Token Discovery says (v1.0): {@code BEARER_TOKEN}, the file named
 * by {@code BEARER_TOKEN_FILE}, {@code bt_uID} in {@code XDG_RUNTIME_DIR}, {@code bt_uID} in the
 * folder for temporary files. The first that is there counts. A file in a shared folder must belong
 * to this user and be closed to others.
 */
public final class DiscoveredTokens implements TokenProvider {

  private static final int MAX_BYTES = 64 << 10;

  private final Map<String, String> environment;
  private final Path temporary;
  private final @Nullable Path own;

  /**
   * Looks by an environment.
   *
   * @param environment the variables
   * @param temporary the folder for temporary files
   * @param own a file that this process writes its own tokens to and must not take for a source, or
   *     null
   */
  public DiscoveredTokens(Map<String, String> environment, Path temporary, @Nullable Path own) {
    this.environment = Map.copyOf(environment);
    this.temporary = temporary;
    this.own = own;
  }

  @Override
  public String name() {
    return "bearer token discovery";
  }

  @Override
  public Optional<AccessToken> token(TokenRequest request) throws TokenUnavailableException {
    String value = environment.getOrDefault("BEARER_TOKEN", "").strip();
    if (!value.isEmpty()) {
      return Optional.of(checked(value, request, "BEARER_TOKEN"));
    }
    String named = environment.getOrDefault("BEARER_TOKEN_FILE", "");
    if (!named.isEmpty() && !Path.of(named).equals(own)) {
      return Optional.of(read(Path.of(named), request, "BEARER_TOKEN_FILE"));
    }
    String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
    if (!runtime.isEmpty()) {
      Path file = Path.of(runtime, fileName());
      if (isThere(file)) {
        return Optional.of(read(file, request, file.toString()));
      }
    }
    Path file = temporary.resolve(fileName());
    return isThere(file) ? Optional.of(read(file, request, file.toString())) : Optional.empty();
  }

  /** The name that the discovery gives to this user's token file. */
  static String fileName() throws TokenUnavailableException {
    return "bt_u" + userId();
  }

  private static Object userId() throws TokenUnavailableException {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    } catch (IOException | UnsupportedOperationException e) {
      throw new TokenUnavailableException("the number of this user is not known here", e);
    }
  }

  private boolean isThere(Path file) {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !file.equals(own);
  }

  private AccessToken read(Path file, TokenRequest request, String what)
      throws TokenUnavailableException {
    try {
      if (Files.isSymbolicLink(file) && !what.equals("BEARER_TOKEN_FILE")) {
        throw new TokenUnavailableException(what + " is a link, which is not followed");
      }
      if (file.startsWith(temporary)) {
        checkPrivate(file);
      }
      try (InputStream in = Files.newInputStream(file)) {
        byte[] bytes = in.readNBytes(MAX_BYTES);
        return checked(new String(bytes, StandardCharsets.UTF_8).strip(), request, what);
      }
    } catch (IOException e) {
      throw new TokenUnavailableException(what + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static void checkPrivate(Path file) throws IOException, TokenUnavailableException {
    Object owner = Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    Set<PosixFilePermission> open = Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS);
    open.removeAll(
        Set.of(
            PosixFilePermission.OWNER_READ,
            PosixFilePermission.OWNER_WRITE,
            PosixFilePermission.OWNER_EXECUTE));
    if (!owner.equals(userId()) || !open.isEmpty()) {
      throw new TokenUnavailableException(
          file + " must belong to you and be closed to others (chmod 600)");
    }
  }

  private static AccessToken checked(String value, TokenRequest request, String what)
      throws TokenUnavailableException {
    try {
      return Audiences.fitting(AccessToken.of(value), request);
    } catch (TokenUnavailableException e) {
      throw new TokenUnavailableException(what + ": " + e.getMessage(), e);
    }
  }
}
