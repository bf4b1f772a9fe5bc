/** How far the Spark jobs of a cell are, under the cell. */
@NullMarked
package org.decisionlab.magics.spark.progress;

import org.jspecify.annotations.NullMarked;
