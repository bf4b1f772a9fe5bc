// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.dependencies;

import java.util.List;

/**
 * What is to be resolved.
 *
 * @param libraries the coordinates asked for
 * @param exclusions left out wherever they occur, as {@code GROUP:ARTIFACT}; {@code *} stands for
 *     any
 * @param repositories addresses asked beside Maven Central and those of the settings
 * @param offline whether only the local repository is looked into
 */
record MavenRequest(
    List<Library> libraries, List<String> exclusions, List<String> repositories, boolean offline) {

  MavenRequest {
    libraries = List.copyOf(libraries);
    exclusions = List.copyOf(exclusions);
    repositories = List.copyOf(repositories);
  }

  /**
   * One library.
   *
   * @param coordinates {@code GROUP:ARTIFACT[:EXTENSION[:CLASSIFIER]]:VERSION}
   * @param exclusions left out below this one
   */
  record Library(String coordinates, List<String> exclusions) {

    Library {
      exclusions = List.copyOf(exclusions);
    }
  }
}
