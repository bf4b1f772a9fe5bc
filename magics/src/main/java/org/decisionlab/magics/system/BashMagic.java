// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.decisionlab.kernel.cell.KernelScope;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code %%bash}: runs the body of the cell as a script. */
@Command(
    name = "%%bash",
    description = {
      "Runs the cell below as a script of bash, where the kernel's configuration allows it.",
      "Its output appears as it comes; its environment is that of %%env without the kernel's"
          + " secrets; an interrupt ends it with all it has started."
    })
final class BashMagic implements Callable<@Nullable Object> {

  private static final int BUFFER_CHARACTERS = 8_192;
  private static final long READ_ON_MILLIS = 2_000;

  private final KernelScope scope;
  private final ChildEnvironment environment;
  private final boolean allowed;
  private final String body;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "0",
      description = "Ends the script after this time (default: no limit).")
  private long timeoutSeconds;

  @Option(
      names = "--no-raise-error",
      description = "A status other than 0 is told, and is no error of the cell.")
  private boolean quiet;

  /**
   * @param scope the cells
   * @param environment environment of the script
   * @param allowed whether scripts may run at all
   * @param body the script
   */
  BashMagic(KernelScope scope, ChildEnvironment environment, boolean allowed, String body) {
    this.scope = scope;
    this.environment = environment;
    this.allowed = allowed;
    this.body = body;
  }

  @Override
  public @Nullable Object call() throws Exception {
    if (!allowed) {
      throw new MagicUsageException(
          "%%bash: is off. Who starts the kernel allows it with the environment variable "
              + SystemExtension.BASH
              + "=true");
    }
    if (body.isBlank()) {
      throw new MagicUsageException("%%bash: there is no script below");
    }
    Path script = Files.createTempFile("cell", ".sh");
    try {
      Files.writeString(script, body);
      finish(run(script));
    } finally {
      Files.deleteIfExists(script);
    }
    return null;
  }

  private int run(Path script) throws IOException, InterruptedException, MagicUsageException {
    ProcessBuilder builder =
        new ProcessBuilder(List.of("bash", "--noprofile", "--norc", script.toString()));
    builder.environment().clear();
    builder.environment().putAll(environment.forChildren());
    List<String> leftOut = environment.leftOut();
    if (!leftOut.isEmpty()) {
      scope
          .cell()
          .err()
          .println(
              "%%bash: scripts do not get the kernel's secrets: "
                  + String.join(", ", leftOut)
                  + "; %env NAME=VALUE passes one");
    }
    builder.redirectInput(new File("/dev/null"));
    Process process = builder.start();
    Thread out = copy(process.getInputStream(), scope.cell().out());
    Thread err = copy(process.getErrorStream(), System.err);
    try {
      boolean ended =
          timeoutSeconds <= 0
              ? process.waitFor() >= 0
              : process.waitFor(timeoutSeconds, TimeUnit.SECONDS);
      if (!ended) {
        throw new MagicUsageException(
            "%%bash: ended after " + timeoutSeconds + " s, as --timeout says");
      }
      out.join(READ_ON_MILLIS);
      err.join(READ_ON_MILLIS);
      return process.exitValue();
    } finally {
      end(process);
    }
  }

  private void finish(int status) throws CommandFailedException {
    if (status != 0 && !quiet) {
      throw new CommandFailedException("bash ended with status " + status);
    }
    if (status != 0) {
      scope.cell().out().println("bash ended with status " + status);
    }
  }

  /** Ends a process and all that it has started, by force: nobody waits for it any more. */
  private static void end(Process process) {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
  }

  private static Thread copy(InputStream from, PrintStream to) {
    Thread thread =
        new Thread(
            () -> {
              try (Reader reader = new InputStreamReader(from, UTF_8)) {
                char[] buffer = new char[BUFFER_CHARACTERS];
                for (int n = reader.read(buffer); n >= 0; n = reader.read(buffer)) {
                  to.print(new String(buffer, 0, n));
                }
              } catch (IOException e) {
                to.println("(the output of bash cannot be read further: " + e.getMessage() + ")");
              }
            },
            "bash-output");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
