/** The ONNX form of a model, written without an ONNX library. */
@NullMarked
package org.decisionlab.models.onnx;

import org.jspecify.annotations.NullMarked;
