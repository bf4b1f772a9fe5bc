// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark;

import org.decisionlab.kernel.cell.KernelScope;
import org.decisionlab.magics.spark.jobs.CellJobs;
import org.decisionlab.magics.spark.jobs.KeptShuffles;

/**
 * What the magics of Spark work with.
 *
 * @param service the session
 * @param words its names in the cells
 * @param jobs its jobs
 * @param shuffles what its shuffles have written
 * @param scope the cells
 */
record SparkTools(
    SparkService service,
    SparkWords words,
    CellJobs jobs,
    KeptShuffles shuffles,
    KernelScope scope) {}
