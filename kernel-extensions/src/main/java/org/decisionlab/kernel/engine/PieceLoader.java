// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.io.InputStream;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Defines the classes of one piece of a cell: a wrapper and what is nested in it. It holds on to
 * the pieces that its classes mention, for it may need them long after they were replaced.
 */
final class PieceLoader extends ClassLoader {

  private final CellLoader cells;
  private final String wrapper;
  private final Map<String, byte[]> compiled;
  private final Map<String, byte[]> defined = new ConcurrentHashMap<>();
  private final Map<String, PieceLoader> uses = new HashMap<>();
  private final Set<String> mentioned = new LinkedHashSet<>();
  private volatile CellText text;
  private volatile Place compiledAt = Place.UNKNOWN;
  private volatile Place place = Place.UNKNOWN;

  /**
   * Where the source of a piece stands.
   *
   * @param cell the cell
   * @param source the source
   * @param line line of the cell in which it begins
   */
  private record Place(CellText cell, String source, int line) {

    static final Place UNKNOWN = new Place(new CellText("", ""), "", 0);

    static Place of(Fragment fragment) {
      int begin = fragment.offset() + fragment.leadingSpace();
      return new Place(fragment.cell(), fragment.source().strip(), fragment.cell().lineOf(begin));
    }
  }

  /**
   * @param cells finds all other classes
   * @param wrapper name of the wrapper
   * @param compiled class files of the wrapper and its nested classes, as the compiler wrote them
   */
  PieceLoader(CellLoader cells, String wrapper, Map<String, byte[]> compiled) {
    super("cell", cells);
    this.cells = cells;
    this.text = new CellText(wrapper, "");
    this.wrapper = wrapper;
    this.compiled = new LinkedHashMap<>(compiled);
    compiled.values().forEach(bytes -> mentioned.addAll(CellNames.mentioned(bytes)));
    mentioned.remove(wrapper);
  }

  /**
   * Readies the classes to be defined.
   *
   * @param cell the cell of the piece
   * @param rewrite what is done to the class files
   */
  void prepare(CellText cell, ClassRewrite rewrite) {
    text = cell;
    compiled.forEach((name, bytes) -> defined.put(name, rewrite.rewrite(name, bytes)));
  }

  /** Tells from where the declaration in this piece comes. */
  void comesFrom(Fragment fragment) {
    compiledAt = Place.of(fragment);
    place = compiledAt;
  }

  /** Tells that the same declaration was made again, and that these classes stay. */
  void isRepeatedBy(Fragment fragment) {
    Place again = Place.of(fragment);
    if (compiledAt.line > 0 && again.source.equals(compiledAt.source)) {
      place = again;
      text = again.cell;
    }
  }

  /** Label of the cell that has last made this declaration, or what the classes say. */
  String label(String compiled) {
    return place.line > 0 ? place.cell.label() : compiled;
  }

  /** Line in the cell that has last made this declaration, for a line in the classes. */
  int line(int compiled) {
    return compiled + place.line - compiledAt.line;
  }

  String wrapper() {
    return wrapper;
  }

  /** The cell of this piece. */
  CellText text() {
    return text;
  }

  Map<String, byte[]> compiled() {
    return compiled;
  }

  /** Wrappers of the other pieces that the classes mention. */
  Set<String> mentioned() {
    return mentioned;
  }

  /** Class file of a class as it is defined, or {@code null}. */
  byte @Nullable [] bytes(String className) {
    return defined.get(className);
  }

  /** Holds on to the pieces that are mentioned; all of them must be known by now. */
  void link() {
    for (String each : mentioned) {
      PieceLoader piece = cells.piece(each);
      if (piece != null) {
        uses.put(each, piece);
      }
    }
  }

  @Override
  public @Nullable InputStream getResourceAsStream(String name) {
    return cells.getResourceAsStream(name);
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    String owner = CellNames.wrapper(name);
    if (owner == null) {
      return cells.loadClass(name);
    }
    if (!owner.equals(wrapper)) {
      PieceLoader used = uses.get(owner);
      return used == null ? cells.loadClass(name) : used.loadClass(name);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> found = findLoadedClass(name);
      if (found != null) {
        return found;
      }
      byte[] bytes = defined.get(name);
      if (bytes == null) {
        throw new ClassNotFoundException(name);
      }
      return defineClass(name, bytes, 0, bytes.length);
    }
  }
}
