// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.xrootd;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.decisionlab.identity.tokens.source.AccessToken;
import org.decisionlab.kernel.cell.Secrets;
import org.jspecify.annotations.Nullable;

/**
 * Starts {@code xrdfs} and {@code xrdcp} of this machine. They read the token of the element from a
 * file; where the element is to be shown none, they find none either.
 */
final class XrdPrograms {

  private static final String TOKEN_FILE = "BEARER_TOKEN_FILE";

  /**
   * What XRootD's security protocol ztn reads no token from. It looks into the usual places for
   * tokens, /tmp/bt_uUID the last of them, as long as a file is not there (ENOENT); below what is
   * no folder it meets another error (ENOTDIR), and looks no further.
   */
  private static final String NO_TOKEN = "/dev/null/none";

  private static final Duration END = Duration.ofSeconds(5);
  private static final int MOST_WORDS = 500;
  private static final String NOT_THERE = "[3011]";

  /** Not authorized, and authentication failed. */
  private static final Pattern REFUSED = Pattern.compile("\\[30(?:10|30)]|(?i:auth failed)");

  private final FileTokens tokens;
  private final Supplier<Map<String, String>> environment;

  /**
   * @param tokens the tokens to show
   * @param environment that of the programs
   */
  XrdPrograms(FileTokens tokens, Supplier<Map<String, String>> environment) {
    this.tokens = tokens;
    this.environment = environment;
  }

  /**
   * A program that runs, and the file with its token, where it has one: both end together.
   *
   * @param file what it is asked for
   * @param name its name
   * @param process the program; its output is its data, and nothing else
   * @param words what it says beside that
   * @param token the file, or null
   * @param why why it has no token; empty where it has one
   */
  record Running(
      RemoteAddress file,
      String name,
      Process process,
      StreamTail words,
      @Nullable Path token,
      String why)
      implements AutoCloseable {

    /** Its data. */
    InputStream output() {
      return process.getInputStream();
    }

    /**
     * Waits a little for its end, after its data have ended.
     *
     * @throws FileNotFoundException when it says that there is no such file
     * @throws IOException when it does not end, or not with status 0
     */
    void checkEnd() throws IOException, InterruptedException {
      if (!process.waitFor(END.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException(file + ": " + name + " does not end");
      }
      if (process.exitValue() == 0) {
        return;
      }
      String said = words.text(END);
      if (said.contains(NOT_THERE)) {
        throw new FileNotFoundException("there is no " + file);
      }
      String shown = Secrets.shownText(said.strip().replaceAll("\\s+", " "));
      throw new IOException(
          file
              + ": "
              + name
              + " ended with status "
              + process.exitValue()
              + (shown.isEmpty() ? "" : ": ")
              + shown.substring(Math.max(0, shown.length() - MOST_WORDS))
              + (why.isEmpty() || !REFUSED.matcher(said).find()
                  ? ""
                  : "; no token was shown: " + why));
    }

    @Override
    public void close() throws IOException {
      List<ProcessHandle> children = process.descendants().toList();
      process.destroyForcibly();
      children.forEach(ProcessHandle::destroyForcibly);
      if (token != null) {
        Files.deleteIfExists(token);
      }
    }
  }

  /**
   * Starts a program that is asked for a file.
   *
   * @param command its name, and its arguments
   * @throws IOException when it is not in the {@code PATH}, or does not start
   */
  Running start(RemoteAddress file, List<String> command) throws IOException, InterruptedException {
    Map<String, String> variables = new HashMap<>(environment.get());
    List<String> words = new ArrayList<>(command);
    words.set(0, find(command.get(0), variables.getOrDefault("PATH", "")).toString());
    variables.keySet().removeIf(name -> name.startsWith("BEARER_TOKEN"));
    variables.putIfAbsent("XRD_CONNECTIONWINDOW", "10");
    variables.putIfAbsent("XRD_CONNECTIONRETRY", "1");
    variables.putIfAbsent("XRD_REQUESTTIMEOUT", "60");
    variables.putIfAbsent("XRD_STREAMTIMEOUT", "60");
    FileTokens.ForProgram given = tokens.ofProgram(file.uri());
    AccessToken token = given.token();
    Path kept = token == null ? null : Files.createTempFile("decisionlab-", ".token");
    try {
      if (token != null && kept != null) {
        Files.writeString(kept, token.secret());
      }
      variables.put(TOKEN_FILE, kept == null ? NO_TOKEN : kept.toString());
      ProcessBuilder builder =
          new ProcessBuilder(words)
              .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
      builder.environment().clear();
      builder.environment().putAll(variables);
      Process process = builder.start();
      StreamTail said = StreamTail.of(process.getErrorStream());
      return new Running(file, command.get(0), process, said, kept, given.why());
    } catch (IOException e) {
      if (kept != null) {
        Files.deleteIfExists(kept);
      }
      throw e;
    }
  }

  private static Path find(String program, String path) throws IOException {
    for (String folder : path.split(File.pathSeparator, -1)) {
      Path found = Path.of(folder, program);
      if (!folder.isEmpty() && Files.isExecutable(found)) {
        return found;
      }
    }
    throw new IOException(
        "addresses of root:// are asked by the program "
            + program
            + ", which is not in the PATH here: install xrootd-client, or use the https address"
            + " of the storage element");
  }
}
