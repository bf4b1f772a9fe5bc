/** What the cells have declared: {@code %who}, {@code %whos}, {@code %reset}, {@code %load}. */
@NullMarked
package org.decisionlab.magics.session;

import org.jspecify.annotations.NullMarked;
