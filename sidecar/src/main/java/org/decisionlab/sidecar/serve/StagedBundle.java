// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import java.nio.file.Path;
import org.decisionlab.sidecar.store.ModelName;

/**
 * The files of an upload, complete but not published.
 *
 * @param name name of the model
 * @param files directory with its files
 */
record StagedBundle(ModelName name, Path files) {}
