// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.engine;

import java.io.IOException;

/**
 * Runs models. Found by {@link java.util.ServiceLoader}; an implementation has a public constructor
 * without parameters that does nothing costly, and is thread safe. Together with {@link
 * LoadedModel} an engine is five methods.
 */
public interface Engine {

  /** What it is; does not load native code. */
  EngineDescription description();

  /**
   * Loads a model. What it declares is checked before memory is taken for it, and nothing but the
   * file and what belongs to it is read.
   *
   * @throws org.decisionlab.models.ModelFormatException when it is damaged, or has something that
   *     this engine does not support or that models must not have
   */
  LoadedModel load(ModelFile model) throws IOException;
}
