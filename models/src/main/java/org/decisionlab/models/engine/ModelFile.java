// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.engine;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One stored form of a model.
 *
 * @param format the form
 * @param file the graph; what else belongs to it lies beside it
 * @param inputNode node of a frozen graph that takes the rows; null where the form itself tells
 * @param outputNode node of a frozen graph that gives the answer; null where the form itself tells
 */
public record ModelFile(
    ModelFormat format, Path file, @Nullable String inputNode, @Nullable String outputNode) {

  /** A form that tells itself what goes in and comes out. */
  public static ModelFile of(ModelFormat format, Path file) {
    return new ModelFile(format, file, null, null);
  }
}
