// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is said of objects of classes that were declared anew. */
class CellNamesTest {

  private static String cast(String from, String to) {
    return CellNames.explained(
        "class " + from + " cannot be cast to class " + to + " (of loaders)");
  }

  @Test
  void aFormerObjectIsExplained() {
    for (String name : new String[] {"Hit", "Größe", "Out$In"}) {
      String from = "REPL.$JShell$11$" + name;
      String to = "REPL.$JShell$11B$" + name;
      String message = "made before '" + name.replace('$', '.') + "' was declared anew";
      assertThat(cast(from, to)).contains(message);
      assertThat(cast("[L" + from + ";", "[L" + to + ";")).contains(message);
    }
  }

  @Test
  void anObjectOfASubclassMayBeAFormerOne() {
    assertThat(cast("REPL.$JShell$12$Sub", "REPL.$JShell$11B$Base"))
        .endsWith(
            "if the object was made before 'Base' was declared anew, run the cell that makes the"
                + " objects again");
    assertThat(cast("REPL.$JShell$12$Sub", "REPL.$JShell$11$Base")).doesNotContain("anew");
    assertThat(cast("java.lang.String", "REPL.$JShell$11B$Base")).doesNotContain("anew");
  }
}
