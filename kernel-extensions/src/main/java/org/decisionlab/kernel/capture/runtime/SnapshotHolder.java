// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture.runtime;

import org.jspecify.annotations.Nullable;

/** What classes of cells implement whose objects hold a snapshot; for methods of interfaces. */
public interface SnapshotHolder {

  /** The name of the method, which is like no name of a cell. */
  String METHOD = "carried$snapshot";

  /** What the object holds. */
  @Nullable CellSnapshot carried$snapshot();

  /** What an object holds, or {@code null} if it holds none. */
  static @Nullable CellSnapshot of(Object object) {
    return object instanceof SnapshotHolder holder ? holder.carried$snapshot() : null;
  }
}
