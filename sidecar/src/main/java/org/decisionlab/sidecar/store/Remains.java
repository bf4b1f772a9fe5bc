// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.decisionlab.sidecar.auth.Readers;
import org.jspecify.annotations.Nullable;

/**
 * What the versions of a model tell of it where its state cannot be read. Versions that cannot be
 * read themselves count as if they were what would matter: nothing is handed to somebody else
 * because a file is damaged.
 */
final class Remains {

  /** An owner that nobody is, so that an administrator has to say who it is. */
  static final String UNKNOWN_OWNER = "(not known: model.json is damaged)";

  private static final System.Logger LOG = System.getLogger(Remains.class.getName());

  private final ModelHome home;

  Remains(ModelHome home) {
    this.home = home;
  }

  /**
   * When the newest version was published of which files have a name, {@code null} if there is
   * none. A version whose manifest cannot be read may be the one, unless its files lie there
   * without that name; it was published when its directory came to be.
   */
  @Nullable Instant newestWith(String file) {
    Instant newest = null;
    try {
      for (int version : home.numbers()) {
        Instant published = publishedWith(version, file);
        if (published != null && (newest == null || published.isAfter(newest))) {
          newest = published;
        }
      }
      return newest;
    } catch (IOException e) {
      LOG.log(Level.WARNING, "model {0}: {1}", home.name(), e.getMessage());
      return changedAt(home.folderOfVersions());
    }
  }

  private @Nullable Instant publishedWith(int version, String file) {
    try {
      StoredVersion stored = home.describe(version);
      return stored.sha256().keySet().stream()
              .anyMatch(path -> path.equals(file) || path.endsWith("/" + file))
          ? stored.publishedAt()
          : null;
    } catch (IOException e) {
      LOG.log(Level.WARNING, "model {0} version {1}: {2}", home.name(), version, e.getMessage());
      return mayHave(home.filesOf(version), file) ? changedAt(home.folderOf(version)) : null;
    }
  }

  private static boolean mayHave(Path files, String file) {
    try (Stream<Path> paths = Files.walk(files)) {
      return paths.anyMatch(path -> path.endsWith(file));
    } catch (IOException | UncheckedIOException e) {
      LOG.log(Level.WARNING, "{0} cannot be looked through: {1}", files, e.getMessage());
      return true;
    }
  }

  /** When a directory was changed, or the first one above it that tells. */
  private static Instant changedAt(Path directory) {
    for (Path at = directory; at != null; at = at.getParent()) {
      try {
        return Files.getLastModifiedTime(at, LinkOption.NOFOLLOW_LINKS).toInstant();
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "{0} does not tell when it was changed", at);
      }
    }
    return Instant.now();
  }

  /**
   * A state with the owner alone, who published the newest version that can be read, and whom alone
   * it is for: it may have been a private model.
   */
  ModelState state() {
    try {
      List<Integer> numbers = home.numbers();
      for (int i = numbers.size() - 1; i >= 0; i--) {
        String publisher = publisher(numbers.get(i));
        if (publisher != null) {
          return of(publisher.isEmpty() ? null : publisher);
        }
      }
      return numbers.isEmpty() ? ModelState.EMPTY : of(UNKNOWN_OWNER);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "model {0}: {1}", home.name(), e.getMessage());
      return of(UNKNOWN_OWNER);
    }
  }

  private static ModelState of(@Nullable String owner) {
    return ModelState.EMPTY.withOwner(owner).withReaders(Readers.OWNER);
  }

  /** Empty where nobody had to say who they are, null where it cannot be read. */
  private @Nullable String publisher(int version) {
    try {
      String publisher = home.describe(version).publishedBy();
      return publisher == null ? "" : publisher;
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "model {0} version {1}: {2}", home.name(), version, e.getMessage());
      return null;
    }
  }
}
