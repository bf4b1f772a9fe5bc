// SPDX-License-Identifier: Apache-2.0

/** Interactive widgets: the models of ipywidgets, kept in step with the front end over comms. */
@NullMarked
package org.decisionlab.kernel.widgets;

import org.jspecify.annotations.NullMarked;
