// SPDX-License-Identifier: Apache-2.0

/** Models in TensorFlow. */
@NullMarked
package org.decisionlab.engine.tensorflow;

import org.jspecify.annotations.NullMarked;
