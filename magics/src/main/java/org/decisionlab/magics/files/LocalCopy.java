// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.files;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Set;
import org.decisionlab.core.file.DurableFiles;

/**
 * Where a copy comes to lie on this machine: whole and lasting, or not at all. It is written beside
 * its place and renamed.
 */
public final class LocalCopy {

  private static final int LONGEST_NAME = 255;

  private final Path target;
  private final boolean replace;

  /** Writes the bytes. */
  @FunctionalInterface
  public interface Source {

    /**
     * Writes a new file and makes it last.
     *
     * @return how many bytes it has
     */
    long write(Path to) throws IOException, InterruptedException;
  }

  private LocalCopy(Path target, boolean replace) {
    this.target = target;
    this.replace = replace;
  }

  /**
   * The place of a copy.
   *
   * @param name name of what is copied
   * @param destination a file, or a folder in which it gets that name
   * @param replace whether a file that is there is replaced
   * @throws FileAlreadyExistsException when there is one and it is not to be replaced
   * @throws IOException when there is no such folder, or the name cannot be one here
   */
  public static LocalCopy at(String name, Path destination, boolean replace) throws IOException {
    Path target = destination;
    if (Files.isDirectory(destination)) {
      if (!isFileName(name)) {
        throw new IOException(
            "'" + name + "' cannot be the name of a file here; name one: FOLDER/NAME");
      }
      target = destination.resolve(name);
    }
    Path folder = target.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new FileNotFoundException("there is no folder " + folder);
    }
    LocalCopy copy = new LocalCopy(target.toAbsolutePath(), replace);
    copy.checkFree();
    return copy;
  }

  /**
   * Makes the copy.
   *
   * @param what what is copied, for messages
   * @param size how many bytes it must have, negative where that is not known
   * @return the file
   * @throws IOException when it has not as many; nothing is kept then
   */
  public Path write(String what, long size, Source source)
      throws IOException, InterruptedException {
    Path temporary = DurableFiles.temporaryFor(target);
    try {
      long came = source.write(temporary);
      if ((size >= 0 && came != size) || came != Files.size(temporary)) {
        throw new IOException(
            what + " has " + size + " bytes, but " + came + " came; nothing is kept");
      }
      checkFree();
      DurableFiles.move(temporary, target);
      return target;
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private void checkFree() throws IOException {
    if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(target + " is a folder");
    }
    if (!replace && Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(target + " is there already; --force replaces it");
    }
  }

  private static boolean isFileName(String name) {
    return !name.isEmpty()
        && !Set.of(".", "..").contains(name)
        && !name.contains("/")
        && name.chars().noneMatch(Character::isISOControl)
        && name.getBytes(StandardCharsets.UTF_8).length <= LONGEST_NAME;
  }
}
