// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.assist;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.decisionlab.kernel.completion.Candidate;
import org.decisionlab.kernel.completion.Candidates;
import org.decisionlab.kernel.completion.FilePaths;
import org.decisionlab.kernel.completion.MagicCompleter;
import org.decisionlab.kernel.completion.TypedArguments;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What extensions have registered to complete their magics and their paths. Thread safe. */
public final class Completers {

  private static final Logger LOG = LoggerFactory.getLogger(Completers.class);
  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):.*");

  private final Map<String, MagicCompleter> magics = new ConcurrentHashMap<>();
  private final Map<String, MagicCompleter> schemes = new ConcurrentHashMap<>();
  private final FilePaths files;
  private final MagicCompleter fallback = this::pathArgument;

  /**
   * @param files completes paths without a scheme
   */
  public Completers(FilePaths files) {
    this.files = files;
  }

  /** Registers what completes a magic; replaces what did. */
  public void magic(String name, MagicCompleter completer) {
    magics.put(name, completer);
  }

  /** Registers what completes paths of a scheme; replaces what did. */
  public void scheme(String scheme, MagicCompleter completer) {
    schemes.put(scheme, completer);
  }

  /** What completes a magic: what is registered, or else paths among its arguments. */
  MagicCompleter of(String magic) {
    return magics.getOrDefault(magic, fallback);
  }

  /** The paths that begin with what is typed. */
  public Candidates paths(String typed) {
    Matcher scheme = SCHEME.matcher(typed);
    MagicCompleter registered = scheme.matches() ? schemes.get(scheme.group(1)) : null;
    if (registered == null) {
      boolean url = typed.startsWith("file:");
      String path = url ? typed.replaceFirst("^file:(//)?", "") : typed;
      String before = typed.substring(0, typed.length() - path.length());
      return whole(typed, files.beginningWith(path).stream().map(before::concat));
    }
    try {
      return registered.complete(typed, "", typed.length());
    } catch (Exception e) {
      LOG.warn("paths of {} cannot be completed", scheme.group(1), e);
      return Candidates.none(typed.length());
    }
  }

  private Candidates pathArgument(String line, String body, int cursor) {
    if (cursor > line.length()) {
      return Candidates.none(cursor);
    }
    TypedArguments typed = TypedArguments.of(line.substring(0, cursor));
    Candidates paths = paths(typed.current());
    boolean part = paths.start() > 0 && typed.quote() == 0;
    List<Candidate> written =
        paths.candidates().stream()
            .map(path -> new Candidate(part ? path.text() : typed.quoted(path.text()), path.type()))
            .toList();
    return new Candidates(written, typed.start() + (part ? paths.start() : 0), cursor);
  }

  private static Candidates whole(String typed, Stream<String> paths) {
    List<Candidate> found = paths.map(path -> new Candidate(path, "path")).toList();
    return new Candidates(found, 0, typed.length());
  }
}
