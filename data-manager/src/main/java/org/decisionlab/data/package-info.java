/**
 * The Data Manager: from files of access records to feature tables split by time, on Spark.
 *
 * <p>Start at {@link org.decisionlab.data.DataManager}.
 */
@NullMarked
package org.decisionlab.data;

import org.jspecify.annotations.NullMarked;
