/**
 * TensorFlow's forms of a model, written and read without TensorFlow: the frozen graph and the
 * SavedModel, named as TFaaS servers expect them.
 */
@NullMarked
package org.decisionlab.models.tensorflow;

import org.jspecify.annotations.NullMarked;
