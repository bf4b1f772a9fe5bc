// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.trees;

/** How many threads a library may take. */
final class Threads {

  private Threads() {}

  /**
   * What {@code OMP_NUM_THREADS} says, at most all processors. Without it two where idle threads
   * sleep, else one: threads that wait by spinning slow each other down many times over on shared
   * processors.
   */
  static int fitting() {
    int processors = Runtime.getRuntime().availableProcessors();
    String told = System.getenv("OMP_NUM_THREADS");
    if (told != null && told.matches("[1-9][0-9]{0,3}")) {
      return Math.min(Integer.parseInt(told), processors);
    }
    boolean sleeping = "PASSIVE".equalsIgnoreCase(System.getenv("OMP_WAIT_POLICY"));
    return sleeping ? Math.min(2, processors) : 1;
  }
}
