// SPDX-License-Identifier: Apache-2.0

/** What runs models: the interface of engines, and the one in Java. */
@NullMarked
package org.decisionlab.models.engine;

import org.jspecify.annotations.NullMarked;
