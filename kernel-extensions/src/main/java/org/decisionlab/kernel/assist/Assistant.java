// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.assist;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import javax.lang.model.SourceVersion;
import org.decisionlab.kernel.assist.Explanation.Part;
import org.decisionlab.kernel.completion.Candidate;
import org.decisionlab.kernel.completion.Candidates;
import org.decisionlab.kernel.engine.CodeAssistant;
import org.decisionlab.kernel.javadoc.Javadoc;
import org.decisionlab.kernel.magic.CellScanner;
import org.decisionlab.kernel.magic.CellScript;
import org.decisionlab.kernel.magic.KernelMagics;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Completes and explains cells: Java, names of magics, their arguments and bodies, paths. */
public final class Assistant {

  private static final Logger LOG = LoggerFactory.getLogger(Assistant.class);

  private static final String BUSY =
      "A cell is running; what Java means here can be looked up when it has ended.";

  /** Overloaded methods beyond are listed by their signatures. */
  private static final int MOST_DOCUMENTED = 4;

  private final Javadoc javadoc = Javadoc.ofSourcesAtHand();
  private final CodeAssistant java;
  private final KernelMagics magics;
  private final Completers completers;
  private final BooleanSupplier busy;

  /**
   * @param java knows the Java of the cells
   * @param magics all magics
   * @param completers what extensions have registered
   * @param busy whether a cell runs: then questions on Java would have to wait for its end
   */
  public Assistant(
      CodeAssistant java, KernelMagics magics, Completers completers, BooleanSupplier busy) {
    this.java = java;
    this.magics = magics;
    this.completers = completers;
    this.busy = busy;
  }

  /**
   * What may stand at the cursor.
   *
   * @param code a cell, or the begin of one
   * @param cursor position in it, in characters
   */
  public Candidates complete(String code, int cursor) throws Exception {
    MagicPlace magic = magic(code, cursor);
    if (magic == null) {
      return javaOrPath(code, cursor);
    }
    if (magic.inName(cursor)) {
      return names(magic, cursor);
    }
    if (!magics.takesText(magic.prefix() + magic.name())) {
      return arguments(magic, cursor);
    }
    OptionalInt ofCode = magic.codeStart(cursor);
    return ofCode.isEmpty()
        ? arguments(magic, cursor)
        : complete(code.substring(ofCode.getAsInt()), cursor - ofCode.getAsInt())
            .shifted(ofCode.getAsInt());
  }

  private Candidates javaOrPath(String code, int cursor) throws Exception {
    String typed = code.substring(0, cursor);
    TypedJava place = TypedJava.of(typed);
    OptionalInt string = place.openString();
    if (string.isPresent()) {
      return strings(typed.substring(string.getAsInt()), string.getAsInt());
    }
    if (place.inText()) {
      return Candidates.none(cursor);
    }
    String javaTyped = java(typed);
    if (busy.getAsBoolean() || javaTyped.length() != typed.length()) {
      return Candidates.none(cursor);
    }
    CodeAssistant.Completion found = java.complete(javaTyped, cursor);
    List<Candidate> candidates =
        found.matches().stream().map(text -> new Candidate(text, type(text))).toList();
    return new Candidates(candidates, found.start(), found.end());
  }

  /**
   * What is known of what stands at the cursor; {@code null} if nothing is.
   *
   * @param code a cell
   * @param cursor position in it, in characters
   * @param detailed whether documentation of many overloaded methods is wanted
   */
  public @Nullable Explanation inspect(String code, int cursor, boolean detailed) throws Exception {
    MagicPlace magic = magic(code, cursor);
    if (magic != null) {
      String help = help(magic, cursor);
      return help == null ? null : new Explanation(List.of(new Part(help, null)));
    }
    if (busy.getAsBoolean()) {
      return new Explanation(List.of(new Part(BUSY, null)));
    }
    String javaCode = java(code);
    if (javaCode.length() != code.length()) {
      return null;
    }
    List<Part> parts = new ArrayList<>();
    for (String signature : java.inspect(javaCode, cursor)) {
      boolean documented = detailed || parts.size() < MOST_DOCUMENTED;
      String markdown = documented ? javadoc.markdown(signature, java::classOf).orElse(null) : null;
      parts.add(new Part(signature, markdown));
    }
    return parts.isEmpty() ? null : new Explanation(parts);
  }

  /** Whether a cell can run as it is. */
  public Completeness completeness(String code) throws Exception {
    CellScript script;
    try {
      script = CellScanner.scan(code, magics);
    } catch (MagicUsageException e) {
      return Completeness.INVALID;
    }
    if (script.steps().stream().anyMatch(step -> step instanceof CellScript.CellCall)) {
      return Completeness.ofCellMagic(code);
    }
    if (busy.getAsBoolean()) {
      return Completeness.UNKNOWN;
    }
    return switch (java.completeness(script.java())) {
      case COMPLETE, COMPLETE_WITH_SEMI, EMPTY -> Completeness.COMPLETE;
      case DEFINITELY_INCOMPLETE, CONSIDERED_INCOMPLETE ->
          Completeness.incomplete(TypedJava.of(script.java()).indent(script.java()));
      case UNKNOWN -> Completeness.INVALID;
    };
  }

  private @Nullable MagicPlace magic(String code, int cursor) {
    return MagicPlace.at(code, cursor, magics);
  }

  private Candidates names(MagicPlace magic, int cursor) {
    String typed = magic.name().substring(0, cursor - magic.nameStart());
    List<Candidate> found =
        new TreeSet<>(known(magic))
            .stream()
                .filter(name -> name.startsWith(typed))
                .map(name -> new Candidate(name, "magic"))
                .toList();
    return new Candidates(found, magic.nameStart(), cursor);
  }

  private Candidates arguments(MagicPlace magic, int cursor) {
    try {
      return completers
          .of(magic.name())
          .complete(magic.line(), magic.body(), magic.within(cursor))
          .shifted(magic.lineStart());
    } catch (Exception e) {
      LOG.warn("{}{} cannot be completed", magic.prefix(), magic.name(), e);
      return Candidates.none(cursor);
    }
  }

  private @Nullable String help(MagicPlace magic, int cursor) {
    if (!known(magic).contains(magic.name())) {
      return null;
    }
    try {
      String help =
          completers.of(magic.name()).inspect(magic.line(), magic.body(), magic.within(cursor));
      if (help != null) {
        return help;
      }
    } catch (Exception e) {
      LOG.warn("{}{} cannot be explained", magic.prefix(), magic.name(), e);
    }
    String word = magic.prefix() + magic.name();
    String kind = magic.prefix().equals("%") ? "line" : "cell";
    return magics
        .find(word)
        .flatMap(KernelMagics.Listed::description)
        .map(description -> description.help().strip())
        .orElse(word + " is a " + kind + " magic.");
  }

  private Set<String> known(MagicPlace magic) {
    return magic.prefix().equals("%%") ? magics.getCellMagicNames() : magics.getLineMagicNames();
  }

  private Candidates strings(String typed, int start) {
    Candidates paths = completers.paths(typed.replace("\\\\", "\\"));
    List<Candidate> written =
        paths.candidates().stream()
            .map(path -> new Candidate(escaped(path.text()), path.type()))
            .toList();
    return new Candidates(written, start + paths.start(), start + typed.length());
  }

  private static String escaped(String path) {
    return path.replace("\\", "\\\\").replace("\"", "\\\"");
  }

  /** The Java of a cell, of the same length unless magics stand inside of Java. */
  private String java(String code) {
    try {
      return CellScanner.scan(code, magics).java();
    } catch (MagicUsageException e) {
      return "";
    }
  }

  private static String type(String match) {
    if (match.endsWith("(") || match.endsWith(")")) {
      return Character.isUpperCase(match.charAt(0)) ? "class" : "function";
    }
    if (SourceVersion.isKeyword(match.strip())) {
      return "keyword";
    }
    if (match.endsWith(".")) {
      return "module";
    }
    return !match.isEmpty() && Character.isUpperCase(match.charAt(0)) ? "class" : "instance";
  }
}
