/**
 * Files, processes, environment and log: {@code %%writefile}, {@code %%bash}, {@code %env}, {@code
 * %log}.
 */
@NullMarked
package org.decisionlab.magics.system;

import org.jspecify.annotations.NullMarked;
