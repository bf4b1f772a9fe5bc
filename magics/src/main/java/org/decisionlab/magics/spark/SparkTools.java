// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark;

import org.decisionlab.kernel.cell.KernelScope;
import org.decisionlab.magics.spark.jobs.CellJobs;

/**
 * What the magics of Spark work with.
 *
 * @param service the session
 * @param words its names in the cells
 * @param jobs its jobs
 * @param scope the cells
 */
record SparkTools(SparkService service, SparkWords words, CellJobs jobs, KernelScope scope) {}
