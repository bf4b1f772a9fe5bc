// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.generate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The datasets that can be read: a year of them before the first day, and new ones every day.
 * Popularity falls with the rank as 1 / (rank + 10), flat at the top as accesses at CERN are.
 */
final class Catalogue {

  private static final int YEAR = 365;
  private static final int FLAT_TOP = 10;
  private static final double MEDIAN_FILES = 13;
  private static final double SIGMA_FILES = 1.3;
  private static final int MOST_FILES = 1500;

  private static final List<String> PROCESSES =
      List.of(
          "TTToSemiLeptonic_TuneCP5_13TeV-powheg-pythia8",
          "TTTo2L2Nu_TuneCP5_13TeV-powheg-pythia8",
          "DYJetsToLL_M-50_TuneCP5_13TeV-madgraphMLM-pythia8",
          "WJetsToLNu_HT-400To600_TuneCP5_13TeV-madgraphMLM-pythia8",
          "QCD_HT1000to1500_TuneCP5_13TeV-madgraphMLM-pythia8",
          "ZZTo4L_TuneCP5_13TeV_powheg_pythia8",
          "GluGluHToZZTo4L_M125_TuneCP5_13TeV_powheg2_JHUGenV7011_pythia8",
          "ST_tW_top_5f_inclusiveDecays_TuneCP5_13TeV-powheg-pythia8");

  private static final List<String> PRIMARIES =
      List.of("SingleMuon", "DoubleMuon", "EGamma", "MuonEG", "JetHT", "MET", "Tau", "Charmonium");

  private static final List<String> CAMPAIGNS =
      List.of(
          "RunIIAutumn18", "RunIIFall17", "RunIISummer16", "RunIISpring18", "PhaseIITDRSpring19");

  private final List<Dataset> datasets = new ArrayList<>();
  private final double[] filesBefore;

  Catalogue(CmsShape shape, Span span) {
    int count = (int) Math.max(50, shape.datasetsPerDailyRequest() * span.requestsPerDay());
    SeededRandom random = SeededRandom.of(span.seed(), 1);
    int[] ranks = shuffled(count, random);
    double[] tiers = cumulative(shape.tiers().stream().mapToDouble(Tier::share).toArray());
    Map<String, Integer> versions = new HashMap<>();
    for (int i = 0; i < count; i++) {
      Tier tier = shape.tiers().get(random.pick(tiers));
      int files = (int) Math.max(1, random.logNormal(MEDIAN_FILES, SIGMA_FILES));
      double created = random.nextDouble() * (YEAR + span.days()) - YEAR;
      String directory = directory(tier, random, versions);
      datasets.add(
          new Dataset(
              random.nextLong(),
              directory,
              tier,
              Math.min(MOST_FILES, files),
              created,
              1.0 / (ranks[i] + FLAT_TOP)));
    }
    filesBefore = cumulative(datasets.stream().mapToDouble(Dataset::files).toArray());
  }

  int size() {
    return datasets.size();
  }

  Dataset get(int index) {
    return datasets.get(index);
  }

  /** Any dataset, each as likely as it has files. */
  Dataset anyByFiles(SeededRandom random) {
    return datasets.get(random.pick(filesBefore));
  }

  /** Cumulative popularity of the datasets on a day. */
  double[] popularity(int day) {
    return cumulative(datasets.stream().mapToDouble(d -> d.weightOn(day)).toArray());
  }

  /** Mean number of files of a dataset picked by popularity. */
  double meanFiles(int day) {
    double files = 0;
    double weights = 0;
    for (Dataset dataset : datasets) {
      double weight = dataset.weightOn(day);
      files += weight * dataset.files();
      weights += weight;
    }
    return files / weights;
  }

  /** A directory by the CMS grammar; equal ones are told apart by their version. */
  private static String directory(Tier tier, SeededRandom random, Map<String, Integer> versions) {
    if (tier.ofUser()) {
      String base =
          "/store/user/cmsuser"
              + (100 + random.nextInt(200))
              + "/"
              + PROCESSES.get(random.nextInt(PROCESSES.size()));
      return base + "/crab_skim" + versions.merge(base, 1, Integer::sum);
    }
    String middle;
    String conditions;
    if (tier.simulated()) {
      String campaign = CAMPAIGNS.get(random.nextInt(CAMPAIGNS.size()));
      String suffix = tier.name().replace("SIM", "");
      String process = PROCESSES.get(random.nextInt(PROCESSES.size()));
      middle = "mc/" + campaign + suffix + "/" + process;
      conditions = "102X_upgrade2018_realistic_v" + (10 + random.nextInt(12));
    } else {
      String era = "Run2018" + (char) ('A' + random.nextInt(4));
      middle = "data/" + era + "/" + PRIMARIES.get(random.nextInt(PRIMARIES.size()));
      conditions = random.chance(0.5) ? "17Sep2018" : "PromptReco";
    }
    String base = "/store/" + middle + "/" + tier.name() + "/" + conditions;
    return base + "-v" + versions.merge(base, 1, Integer::sum);
  }

  private static int[] shuffled(int count, SeededRandom random) {
    int[] numbers = new int[count];
    for (int i = 0; i < count; i++) {
      int j = random.nextInt(i + 1);
      numbers[i] = numbers[j];
      numbers[j] = i;
    }
    return numbers;
  }

  private static double[] cumulative(double[] weights) {
    double[] sums = weights.clone();
    for (int i = 1; i < sums.length; i++) {
      sums[i] += sums[i - 1];
    }
    return sums;
  }
}
