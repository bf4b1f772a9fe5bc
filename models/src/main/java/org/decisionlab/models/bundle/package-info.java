/**
 * The model bundle: the directory or archive that travels, the card that says what is in it, and
 * the golden rows that prove it.
 */
@NullMarked
package org.decisionlab.models.bundle;

import org.jspecify.annotations.NullMarked;
