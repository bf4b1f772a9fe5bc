/** What the Spark jobs of the cells do: whose they are, how far they are, how they are ended. */
@NullMarked
package org.decisionlab.magics.spark.jobs;

import org.jspecify.annotations.NullMarked;
