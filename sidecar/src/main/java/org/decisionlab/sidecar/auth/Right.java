// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.auth;

import java.util.Locale;

/** What somebody may do. No right contains another one. */
public enum Right {
  /** See models, their files, metrics and the state of the machine. */
  READ,
  /** Ask models. */
  PREDICT,
  /** Ask and tell what caches do. */
  DECIDE,
  /** Publish and delete models, choose what is served. */
  PUBLISH,
  /** Start, see and cancel training jobs. */
  TRAIN,
  /** See what is counted of all models, also of those that are for others to read. */
  OBSERVE,
  /** Read and change models of all owners. */
  ADMIN;

  /** The word for it in files of tokens and in messages. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
