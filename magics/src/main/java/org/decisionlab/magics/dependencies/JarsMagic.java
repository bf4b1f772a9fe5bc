// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.dependencies;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.decisionlab.kernel.cell.JarAddition;
import org.decisionlab.kernel.cell.KernelScope;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.decisionlab.magics.arguments.HelpText;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code %jars}: adds jars of the file system to the class path of the cells. */
@Command(
    name = "%jars",
    description = {
      "Adds jars to the class path of the cells and of running executors.",
      "Without a path, lists those added so far. A jar stays until the kernel ends."
    })
final class JarsMagic implements Callable<HelpText> {

  /** More come of a wrong pattern, and would slow down every cell. */
  private static final int MOST_JARS = 1_000;

  private final KernelScope scope;

  @Parameters(
      paramLabel = "PATH",
      arity = "0..*",
      description = "A jar, or a pattern of the last name such as lib/*.jar.")
  private @Nullable List<String> paths;

  JarsMagic(KernelScope scope) {
    this.scope = scope;
  }

  @Override
  public HelpText call() throws Exception {
    if (paths == null || paths.isEmpty()) {
      return listing(scope.addedJars());
    }
    List<Path> jars = new ArrayList<>();
    for (String path : paths) {
      jars.addAll(expand(path));
    }
    try {
      return new HelpText(String.join("\n", report(scope.addJars(jars))));
    } catch (IOException e) {
      throw new MagicUsageException("%jars: " + e.getMessage());
    }
  }

  private static HelpText listing(List<Path> jars) {
    return new HelpText(
        jars.isEmpty()
            ? "No jars have been added. '%jars PATH' adds some."
            : String.join("\n", jars.stream().map(Path::toString).toList()));
  }

  /** What is new, and the warnings, a line each. */
  static List<String> report(JarAddition addition) {
    List<String> lines = new ArrayList<>();
    addition.added().forEach(jar -> lines.add("added " + jar));
    if (lines.isEmpty()) {
      lines.add("nothing new: the jars are there already");
    }
    addition.warnings().forEach(warning -> lines.add("warning: " + warning));
    return lines;
  }

  private static List<Path> expand(String path) throws MagicUsageException, IOException {
    if (path.matches("[A-Za-z][A-Za-z0-9+.-]+:/.*")) {
      throw new MagicUsageException(
          "%jars: takes files of this machine, not " + path + "; %maven resolves coordinates");
    }
    String plain =
        path.startsWith("~/") ? System.getProperty("user.home") + path.substring(1) : path;
    int slash = plain.lastIndexOf('/');
    String name = plain.substring(slash + 1);
    if (!name.matches(".*[*?\\[{].*") || Files.exists(Path.of(plain))) {
      return List.of(Path.of(plain));
    }
    Path folder = Path.of(slash < 0 ? "." : slash == 0 ? "/" : plain.substring(0, slash));
    if (!Files.isDirectory(folder)) {
      throw new MagicUsageException("%jars: there is no folder " + folder.toAbsolutePath());
    }
    return matching(folder, name);
  }

  private static List<Path> matching(Path folder, String pattern)
      throws MagicUsageException, IOException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, pattern)) {
      for (Path file : files) {
        if (Files.isRegularFile(file)) {
          found.add(file);
        }
        if (found.size() > MOST_JARS) {
          throw new MagicUsageException(
              "%jars: more than " + MOST_JARS + " files match " + pattern + " in " + folder);
        }
      }
    }
    if (found.isEmpty()) {
      throw new MagicUsageException(
          "%jars: no file of " + folder.toAbsolutePath().normalize() + " matches " + pattern);
    }
    found.sort(null);
    return found;
  }
}
