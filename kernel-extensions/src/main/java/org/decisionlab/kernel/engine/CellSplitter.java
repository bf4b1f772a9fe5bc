// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.Completeness;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;

/** Splits Java of a cell into fragments and says what each is. */
final class CellSplitter {

  private final SourceCodeAnalysis analysis;
  private final BodyParser bodies;
  private final Syntax syntax = new Syntax();

  CellSplitter(SourceCodeAnalysis analysis, BodyParser bodies) {
    this.analysis = analysis;
    this.bodies = bodies;
  }

  /**
   * Splits.
   *
   * @param cell the cell
   * @param java Java source in it
   * @param offset where that source begins in the cell
   */
  List<Fragment> split(CellText cell, String java, int offset) {
    Optional<List<Fragment>> body = bodies.split(cell, java, offset);
    return body.orElseGet(() -> oneByOne(cell, java, offset));
  }

  /** Imports and methods, which stand in no body, and what is not Java at all. */
  private List<Fragment> oneByOne(CellText cell, String java, int offset) {
    List<Fragment> fragments = new ArrayList<>();
    for (Piece piece : pieces(java)) {
      int begin = offset + piece.offset;
      Optional<List<Fragment>> body = bodies.split(cell, piece.source, begin);
      if (body.isPresent()) {
        fragments.addAll(body.get());
      } else {
        Fragment.Form form = syntax.forms(List.of(piece.source)).get(0);
        fragments.add(new Fragment(cell, piece.source, begin, form));
      }
    }
    return fragments;
  }

  /** How complete the last piece of a source is; {@code EMPTY} when there is none. */
  Completeness completeness(String java) {
    List<Piece> pieces = pieces(java);
    return pieces.isEmpty() ? Completeness.EMPTY : pieces.get(pieces.size() - 1).completeness;
  }

  /** Where the last piece begins that ends at or after a position. */
  int beginOfLast(String java) {
    List<Piece> pieces = pieces(java);
    return pieces.isEmpty() ? 0 : pieces.get(pieces.size() - 1).offset;
  }

  private List<Piece> pieces(String java) {
    List<Piece> pieces = new ArrayList<>();
    int offset = 0;
    while (offset < java.length()) {
      String rest = java.substring(offset);
      CompletionInfo info = analysis.analyzeCompletion(rest);
      Completeness completeness = info.completeness();
      if (completeness == Completeness.EMPTY) {
        break;
      }
      int consumed = rest.length() - info.remaining().length();
      boolean whole =
          consumed <= 0
              || completeness == Completeness.DEFINITELY_INCOMPLETE
              || completeness == Completeness.CONSIDERED_INCOMPLETE
              || completeness == Completeness.UNKNOWN;
      int length = whole ? rest.length() : consumed;
      String source = rest.substring(0, length);
      boolean addSemicolon = completeness == Completeness.COMPLETE_WITH_SEMI;
      pieces.add(new Piece(addSemicolon ? source + ";" : source, offset, completeness));
      offset += length;
    }
    return pieces;
  }

  private record Piece(String source, int offset, Completeness completeness) {}
}
