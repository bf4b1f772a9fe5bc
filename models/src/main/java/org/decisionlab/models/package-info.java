/** Models that travel: what every package of the room shares. */
@NullMarked
package org.decisionlab.models;

import org.jspecify.annotations.NullMarked;
