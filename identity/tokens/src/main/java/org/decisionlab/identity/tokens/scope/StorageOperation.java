// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.scope;

import org.jspecify.annotations.Nullable;

/** What can be done with stored files, in the words of the WLCG profile. */
public enum StorageOperation {
  /** Read files, list folders. */
  READ("storage.read"),
  /** Make new files and folders; never overwrite or delete one. */
  CREATE("storage.create"),
  /** Make, overwrite, rename and delete files. */
  MODIFY("storage.modify"),
  /** Bring files from tape to disk. */
  STAGE("storage.stage"),
  /** Ask how far a request to stage has come. */
  POLL("storage.poll");

  private final String scope;

  StorageOperation(String scope) {
    this.scope = scope;
  }

  /** The scope that grants it, without a path. */
  public String scope() {
    return scope;
  }

  /** Whether who may do this may do the other too: whoever may modify may create. */
  public boolean covers(StorageOperation other) {
    return this == other || (this == MODIFY && other == CREATE);
  }

  /** The operation of a scope's name such as {@code storage.read}; null when it is none. */
  public static @Nullable StorageOperation ofScope(String name) {
    for (StorageOperation operation : values()) {
      if (operation.scope.equals(name)) {
        return operation;
      }
    }
    return null;
  }
}
