// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.testing;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

/** The rules of the house for the classes of one room, checked by a test in each. */
public final class ArchitectureRules {

  private ArchitectureRules() {}

  /**
   * Checks the main classes of a room: no package cycles, and nothing of the packages it must not
   * see.
   *
   * @param room base package of the room, such as {@code org.decisionlab.core}
   * @param forbidden package patterns it must not depend on, such as {@code org.apache.spark..}
   */
  public static void check(String room, String... forbidden) {
    JavaClasses classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(room);
    if (classes.isEmpty()) {
      throw new AssertionError("no classes found under " + room);
    }
    slices()
        .matching(room + ".(**)")
        .should()
        .beFreeOfCycles()
        .allowEmptyShould(true)
        .check(classes);
    if (forbidden.length > 0) {
      noClasses().should().dependOnClassesThat().resideInAnyPackage(forbidden).check(classes);
    }
  }
}
