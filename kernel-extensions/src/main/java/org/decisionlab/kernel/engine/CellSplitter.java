// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.util.ArrayList;
import java.util.List;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.Completeness;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;

/** Splits Java of a cell into fragments and says what each is. */
final class CellSplitter {

  private final SourceCodeAnalysis analysis;
  private final Syntax syntax = new Syntax();

  CellSplitter(SourceCodeAnalysis analysis) {
    this.analysis = analysis;
  }

  /**
   * Splits.
   *
   * @param cell the cell
   * @param java Java source in it
   * @param offset where that source begins in the cell
   */
  List<Fragment> split(CellText cell, String java, int offset) {
    List<Piece> pieces = pieces(java);
    List<Fragment.Form> forms = syntax.forms(pieces.stream().map(Piece::source).toList());
    List<Fragment> fragments = new ArrayList<>();
    for (int i = 0; i < pieces.size(); i++) {
      Piece piece = pieces.get(i);
      fragments.add(new Fragment(cell, piece.source, offset + piece.offset, forms.get(i)));
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
