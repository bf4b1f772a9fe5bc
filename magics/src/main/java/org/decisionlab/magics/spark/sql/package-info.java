/** The text of {@code %%sql}: its statements, the values put into it, its charts, its words. */
@NullMarked
package org.decisionlab.magics.spark.sql;

import org.jspecify.annotations.NullMarked;
