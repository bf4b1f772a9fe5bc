// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.store;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One published version of a model on disk. Its files never change.
 *
 * @param name name of the model
 * @param version 1 for the first; never used again, not even after the model was deleted
 * @param publishedAt when it was published
 * @param publishedBy who published it, null when that is not known
 * @param bytes size of its files
 * @param sha256 checksum of every file by its path with {@code /}, lower-case hex
 * @param files directory with the files of the bundle
 */
public record StoredVersion(
    ModelName name,
    int version,
    Instant publishedAt,
    @Nullable String publishedBy,
    long bytes,
    SortedMap<String, String> sha256,
    Path files) {

  /** Copies. */
  public StoredVersion {
    sha256 = Collections.unmodifiableSortedMap(new TreeMap<>(sha256));
  }
}
