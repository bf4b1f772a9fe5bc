// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.scope;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * An absolute, normalised path, compared by its components. Nothing is ever resolved: a path with
 * {@code .}, {@code ..} or an empty component is refused, and so is one that somebody who decodes
 * it once more would read differently.
 *
 * @param components names from the root, none for the root itself
 * @param directory whether it can only mean a folder: it ended in a slash, or is the root
 */
public record StoragePath(List<String> components, boolean directory) {

  /** The root. */
  public static final StoragePath ROOT = new StoragePath(List.of(), true);

  private static final Pattern ESCAPE = Pattern.compile("%[0-9A-Fa-f]{2}");
  private static final int MAX_BYTES = 4096;
  private static final int MAX_NAME = 255;

  /** Keeps a copy of the components. */
  public StoragePath {
    components = List.copyOf(components);
  }

  /**
   * A path of a URL or of a scope, decoded once (RFC 3986, UTF-8).
   *
   * @throws InvalidPathException when it is none
   */
  public static StoragePath ofEncoded(String text) throws InvalidPathException {
    String path = text.indexOf('%') < 0 ? text : decode(text);
    if (hasEscape(path)) {
      throw new InvalidPathException("the path is percent-encoded more than once");
    }
    return of(path);
  }

  /**
   * A path as it is.
   *
   * @throws InvalidPathException when it is not absolute and normalised
   */
  public static StoragePath of(String path) throws InvalidPathException {
    if (!path.startsWith("/")) {
      throw new InvalidPathException("a path must begin with '/'");
    }
    if (path.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
      throw new InvalidPathException("a path must not be longer than " + MAX_BYTES + " bytes");
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(path)) {
      throw new InvalidPathException("a path must be written in whole characters");
    }
    if (path.length() == 1) {
      return ROOT;
    }
    boolean directory = path.endsWith("/");
    String[] names = path.substring(1, path.length() - (directory ? 1 : 0)).split("/", -1);
    for (String name : names) {
      check(name);
    }
    return new StoragePath(List.of(names), directory);
  }

  /** The same path, as a folder. */
  public StoragePath asDirectory() {
    return directory ? this : new StoragePath(components, true);
  }

  /** A path below this one. */
  public StoragePath resolve(StoragePath below) {
    if (below.components.isEmpty()) {
      return asDirectory();
    }
    List<String> all = new ArrayList<>(components);
    all.addAll(below.components);
    return new StoragePath(all, below.directory);
  }

  /**
   * Whether another path is this one or lies below it. A path that can only mean a folder does not
   * contain a file of its name.
   */
  public boolean contains(StoragePath other) {
    int depth = components.size();
    if (other.components.size() < depth || !other.components.subList(0, depth).equals(components)) {
      return false;
    }
    return other.components.size() > depth || !directory || other.directory;
  }

  /** The path, decoded. */
  @Override
  public String toString() {
    String path = "/" + String.join("/", components);
    return directory && !components.isEmpty() ? path + "/" : path;
  }

  private static void check(String name) throws InvalidPathException {
    if (name.isEmpty()) {
      throw new InvalidPathException("a path must not have an empty component ('//')");
    }
    if (name.equals(".") || name.equals("..")) {
      throw new InvalidPathException("a path must not have the component '" + name + "'");
    }
    if (name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME) {
      throw new InvalidPathException("a name must not be longer than " + MAX_NAME + " bytes");
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (Character.isISOControl(c) || c == '\\') {
        throw new InvalidPathException("a path must not have control characters or backslashes");
      }
    }
  }

  private static boolean hasEscape(String path) {
    return ESCAPE.matcher(path).find();
  }

  private static String decode(String text) throws InvalidPathException {
    byte[] in = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = ByteBuffer.allocate(in.length);
    for (int i = 0; i < in.length; i++) {
      if (in[i] != '%') {
        out.put(in[i]);
        continue;
      }
      int high = digit(in, i + 1);
      int low = digit(in, i + 2);
      if (high < 0 || low < 0) {
        throw new InvalidPathException("'%' must be followed by two hexadecimal digits");
      }
      byte decoded = (byte) (high * 16 + low);
      if (decoded == '/') {
        throw new InvalidPathException("a path must not have an encoded '/'");
      }
      out.put(decoded);
      i += 2;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(out.flip()).toString();
    } catch (CharacterCodingException e) {
      throw new InvalidPathException("the path is not UTF-8");
    }
  }

  private static int digit(byte[] text, int at) {
    return at < text.length && text[at] >= 0 ? Character.digit(text[at], 16) : -1;
  }
}
