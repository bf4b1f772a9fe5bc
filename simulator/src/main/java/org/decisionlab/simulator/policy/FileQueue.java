// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.policy;

/** A doubly linked list of file numbers in two arrays; every operation takes constant time. */
final class FileQueue {

  /** Stands for no file. */
  static final int NONE = -1;

  private final int[] newer;
  private final int[] older;
  private int newest = NONE;
  private int oldest = NONE;
  private int size;

  /** An empty list for files 0 to {@code files - 1}. */
  FileQueue(int files) {
    newer = new int[files];
    older = new int[files];
  }

  int size() {
    return size;
  }

  int oldest() {
    return oldest;
  }

  int newest() {
    return newest;
  }

  /** The next newer file, {@link #NONE} after the newest. */
  int newerThan(int file) {
    return newer[file];
  }

  /** Adds a file that is not in the list. */
  void addNewest(int file) {
    newer[file] = NONE;
    older[file] = newest;
    if (newest == NONE) {
      oldest = file;
    } else {
      newer[newest] = file;
    }
    newest = file;
    size++;
  }

  /** Removes a file that is in the list. */
  void remove(int file) {
    int above = newer[file];
    int below = older[file];
    if (above == NONE) {
      newest = below;
    } else {
      older[above] = below;
    }
    if (below == NONE) {
      oldest = above;
    } else {
      newer[below] = above;
    }
    size--;
  }
}
