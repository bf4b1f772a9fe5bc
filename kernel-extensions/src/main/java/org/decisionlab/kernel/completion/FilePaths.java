// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.completion;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Completes paths of files, as a shell does: relative ones from a folder on, {@code ~} is the
 * user's home, hidden files only after a dot.
 *
 * @param folder where relative paths begin
 * @param home what {@code ~} stands for
 */
public record FilePaths(Path folder, Path home) {

  /** More would not be read. */
  private static final int MOST = 200;

  /** Paths from the folder of the notebook on, in which a kernel is started. */
  public static FilePaths ofNotebook() {
    return new FilePaths(
        Path.of("").toAbsolutePath(), Path.of(System.getProperty("user.home", "/")));
  }

  /**
   * The paths that begin with what is typed, each written as the user began it; folders end with a
   * slash. Empty if there is no such folder or it cannot be read.
   */
  public List<String> beginningWith(String typed) {
    int slash = typed.lastIndexOf('/');
    String parent = typed.substring(0, slash + 1);
    String name = typed.substring(slash + 1);
    List<String> found = new ArrayList<>();
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(resolve(parent), entry -> begins(entry, name))) {
      for (Path entry : entries) {
        found.add(parent + entry.getFileName() + (Files.isDirectory(entry) ? "/" : ""));
        if (found.size() == MOST) {
          break;
        }
      }
    } catch (IOException | InvalidPathException | SecurityException e) {
      return List.of();
    }
    found.sort(Comparator.naturalOrder());
    return found;
  }

  /** The path that a text stands for. */
  public Path resolve(String text) {
    if (text.equals("~") || text.startsWith("~/") || text.startsWith("~" + File.separator)) {
      return home.resolve(text.substring(Math.min(2, text.length())));
    }
    return folder.resolve(text);
  }

  private static boolean begins(Path entry, String name) {
    String file = String.valueOf(entry.getFileName());
    return file.startsWith(name) && (!name.isEmpty() || !file.startsWith("."));
  }
}
