// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.files;

/** Hears how far a copy is. */
public interface CopyProgress {

  /** So many bytes there are, before the first comes; not told where that is not known. */
  void begins(long bytes);

  /** So many bytes are there. From any thread. */
  void reached(long bytes);
}
