// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.generate;

import java.util.List;

/**
 * What makes one CMS-like workload differ from another.
 *
 * @param datasetsPerDailyRequest size of the catalogue relative to the rate
 * @param strayShare share of the requests that go to any file at all
 * @param tasksPerSubmission mean number of tasks that a user starts together on a dataset
 * @param repeatShare chance that a reading is repeated within the hour, and again
 * @param returnRate chance per day that a user comes back to a dataset the day after; decays
 * @param remoteShare share of the tasks that read from afar
 * @param tiers data tiers with their shares
 * @param sites sites, the busiest first
 */
record CmsShape(
    double datasetsPerDailyRequest,
    double strayShare,
    double tasksPerSubmission,
    double repeatShare,
    double returnRate,
    double remoteShare,
    List<Tier> tiers,
    List<String> sites) {

  /** Analysis in Italy, 2018. */
  static final CmsShape IT_2018 =
      new CmsShape(
          0.80,
          0.12,
          1.4,
          0.30,
          0.08,
          0.25,
          List.of(
              new Tier("MINIAODSIM", 0.45, 1, 0.18),
              new Tier("MINIAOD", 0.15, 1, 0.10),
              new Tier("AODSIM", 0.12, 1, 0.15),
              new Tier("AOD", 0.06, 1, 0.10),
              new Tier("NANOAODSIM", 0.08, 0.35, 0.5),
              new Tier("NANOAOD", 0.04, 0.35, 0.5),
              new Tier("USER", 0.10, 0.35, 0.7)),
          List.of(
              "T2_IT_Legnaro",
              "T2_IT_Pisa",
              "T2_IT_Bari",
              "T2_IT_Rome",
              "T1_IT_CNAF",
              "T3_IT_Bologna",
              "T3_IT_Napoli",
              "T3_IT_Perugia",
              "T3_IT_Trieste",
              "T3_IT_MIB",
              "T3_IT_Firenze",
              "T3_IT_Opportunistic"));

  /** The cache of Southern California, 2019. */
  static final CmsShape SOCAL =
      new CmsShape(
          0.30,
          0.04,
          4.0,
          0.45,
          0.10,
          0.60,
          List.of(
              new Tier("MINIAODSIM", 0.64, 1, 0.18),
              new Tier("MINIAOD", 0.28, 1, 0.10),
              new Tier("NANOAODSIM", 0.03, 0.35, 0.5),
              new Tier("NANOAOD", 0.02, 0.35, 0.5),
              new Tier("USER", 0.03, 0.35, 0.7)),
          List.of("T2_US_UCSD", "T2_US_Caltech", "T3_US_UCR", "T3_US_UCSB"));
}
