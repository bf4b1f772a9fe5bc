// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.store;

import java.nio.file.Path;
import java.time.Instant;

/**
 * One published version of a model on disk. Its files never change.
 *
 * @param name name of the model
 * @param version 1 for the first; never used again, not even after the model was deleted
 * @param publishedAt when it was published
 * @param files directory with the files of the bundle
 */
public record StoredVersion(ModelName name, int version, Instant publishedAt, Path files) {}
