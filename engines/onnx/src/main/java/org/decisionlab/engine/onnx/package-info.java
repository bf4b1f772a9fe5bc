// SPDX-License-Identifier: Apache-2.0

/** Models in onnxruntime. */
@NullMarked
package org.decisionlab.engine.onnx;

import org.jspecify.annotations.NullMarked;
