/** A published model as the answer to the cache's question. */
@NullMarked
package org.decisionlab.models.decision;

import org.jspecify.annotations.NullMarked;
