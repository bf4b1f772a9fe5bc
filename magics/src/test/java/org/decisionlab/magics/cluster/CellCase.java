// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.cluster;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * One row of the table of cells: what the cells before it say, the cell itself, and what must come
 * of it wherever its lambdas run.
 *
 * @param name what is shown
 * @param before cells that run first
 * @param cell the cell that is judged
 * @param value text of its value, from plain Java in the test; {@code null} where it must fail
 * @param messages parts of the message of the failure; without a failure, parts of its warnings
 */
record CellCase(
    String name, List<String> before, String cell, Supplier<String> value, List<String> messages) {

  /** Begins a row. */
  static Row row(String name) {
    return new Row(name);
  }

  boolean fails() {
    return value == null;
  }

  @Override
  public String toString() {
    return name;
  }

  /** A row that is being written. */
  static final class Row {

    private final String name;
    private final List<String> before = new ArrayList<>();
    private String cell = "";

    private Row(String name) {
      this.name = name;
    }

    /** A cell that runs before. */
    Row after(String source) {
      before.add(source);
      return this;
    }

    Row cell(String source) {
      cell = source;
      return this;
    }

    /** The value of the cell is that of this Java. */
    CellCase gives(Supplier<Object> oracle) {
      return new CellCase(name, before, cell, () -> text(oracle.get()), List.of());
    }

    /** The value of the cell is that of this Java, and the cell prints these warnings. */
    CellCase warns(Supplier<Object> oracle, String... messages) {
      return new CellCase(name, before, cell, () -> text(oracle.get()), List.of(messages));
    }

    /** The cell fails, and its error says this. */
    CellCase fails(String... messages) {
      return new CellCase(name, before, cell, null, List.of(messages));
    }

    private static String text(Object value) {
      return value instanceof int[] array ? Arrays.toString(array) : String.valueOf(value);
    }
  }
}
