// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.xrootd;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.decisionlab.kernel.cell.Secrets;

/**
 * Where a file of a storage element is.
 *
 * @param uri {@code http}, {@code https} or {@code root}, with a host and a path that is normal: no
 *     {@code .}, no {@code ..}, no login, no token
 */
public record RemoteAddress(URI uri) {

  private static final Map<String, String> SCHEMES =
      Map.of(
          "https", "https",
          "davs", "https",
          "http", "http",
          "dav", "http",
          "root", "root",
          "xroot", "root",
          "roots", "roots",
          "xroots", "roots");

  private static final Set<String> AWAY = Set.of(".", "..");

  /**
   * Reads an address.
   *
   * @param text such as {@code https://HOST:PORT/store/file.root} or {@code root://HOST//store};
   *     {@code davs} is {@code https}
   * @throws IllegalArgumentException when it is not one, saying why
   */
  public static RemoteAddress of(String text) {
    URI given;
    try {
      given = URI.create(text.strip());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "not an address; blanks and other special characters are written as %20 and so on: "
              + Secrets.shownText(text),
          e);
    }
    String scheme = SCHEMES.get(String.valueOf(given.getScheme()).toLowerCase(Locale.ROOT));
    if (scheme == null || given.getHost() == null) {
      throw new IllegalArgumentException(
          "an address is https://HOST:PORT/PATH, davs://... or root://HOST//PATH, not "
              + Secrets.shownText(text));
    }
    if (given.getRawUserInfo() != null
        || given.getRawFragment() != null
        || given.getRawQuery() != null) {
      throw new IllegalArgumentException(
          "an address has no user, query or fragment, and no token: those are taken from %login");
    }
    String path = given.getRawPath().isEmpty() ? "/" : given.getRawPath();
    check(path, scheme.startsWith("root"));
    return new RemoteAddress(URI.create(scheme + "://" + authority(given) + path));
  }

  /** Whether it is asked by XRootD's own protocol. */
  boolean isXrootd() {
    return uri.getScheme().startsWith("root");
  }

  /** The name of the file, decoded; empty for the root. */
  String name() {
    return nameOf(uri);
  }

  /** The last component of a path, decoded; empty for the root. */
  static String nameOf(URI uri) {
    String path = uri.getRawPath().replaceAll("/+$", "");
    return decoded(path.substring(path.lastIndexOf('/') + 1));
  }

  /** The path, decoded, with one slash at its beginning. */
  String path() {
    return "/" + decoded(uri.getRawPath()).replaceFirst("^/+", "");
  }

  private static void check(String path, boolean xrootd) {
    List<String> components = List.of(path.split("/", -1));
    int first = xrootd && path.startsWith("//") ? 2 : 1;
    for (int i = first; i < components.size(); i++) {
      String name = decoded(components.get(i));
      boolean last = i == components.size() - 1;
      if (AWAY.contains(name)
          || (name.isEmpty() && !last)
          || name.contains("/")
          || name.chars().anyMatch(Character::isISOControl)) {
        throw new IllegalArgumentException(
            "the path of an address has whole names between its slashes, no '.', '..', nothing"
                + " empty and no encoded slash: "
                + path);
      }
    }
  }

  private static String decoded(String raw) {
    return URI.create("p:/-/" + raw).getPath().substring(3);
  }

  private static String authority(URI uri) {
    return uri.getHost().toLowerCase(Locale.ROOT) + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
  }

  @Override
  public String toString() {
    return uri.toString();
  }
}
