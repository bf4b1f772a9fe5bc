// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.environment;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Which code runs. */
final class CodeVersion {

  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40,64}(-dirty)?");
  private static final int LIMIT_SECONDS = 5;

  private CodeVersion() {}

  /** The git commit of a folder; where there is none, the version of the lab. */
  static String of(Path folder) {
    ProcessBuilder git =
        new ProcessBuilder(
            List.of(
                "git",
                "-c",
                "core.fsmonitor=false",
                "describe",
                "--always",
                "--exclude=*",
                "--abbrev=40",
                "--dirty"));
    git.directory(folder.toAbsolutePath().toFile());
    git.environment().put("GIT_OPTIONAL_LOCKS", "0");
    git.redirectError(ProcessBuilder.Redirect.DISCARD);
    try {
      String answer = answer(git.start());
      return COMMIT.matcher(answer).matches() ? answer : ofLab();
    } catch (IOException e) {
      // No git on this machine, which is no fault of a training.
      return ofLab();
    }
  }

  private static String answer(Process git) throws IOException {
    boolean ended = false;
    try {
      git.getOutputStream().close();
      ended = git.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
      if (!ended || git.exitValue() != 0) {
        return "";
      }
      try (BufferedReader lines = git.inputReader(StandardCharsets.UTF_8)) {
        String line = lines.readLine();
        return line == null ? "" : line;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    } finally {
      if (!ended) {
        git.destroyForcibly();
      }
    }
  }

  /** The version of the lab. */
  static String ofLab() {
    String version = CodeVersion.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
