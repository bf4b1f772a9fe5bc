// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.generate;

/**
 * A dataset of the catalogue. Names and sizes of its files follow from its key, so that they need
 * not be kept.
 *
 * @param key of its own random numbers
 * @param directory what the names of its files begin with
 * @param tier its data tier
 * @param files how many files it has
 * @param createdDay day of its creation, negative before the first day
 * @param weight popularity when new
 */
record Dataset(long key, String directory, Tier tier, int files, double createdDay, double weight) {

  private static final int FILES_PER_COUNTER = 1000;
  private static final char[] HEX = "0123456789ABCDEF".toCharArray();

  /** Its popularity on a day; none before it exists. */
  double weightOn(int day) {
    double age = day - createdDay;
    return age < 0 ? 0 : weight * (StrictMath.exp(-age / 45) + 0.05);
  }

  String lfn(int file) {
    StringBuilder name = new StringBuilder(directory);
    String counter = Integer.toString(file / FILES_PER_COUNTER);
    int digits = tier.ofUser() ? 4 : 5;
    name.append('/').append("0".repeat(digits - counter.length())).append(counter).append('/');
    if (tier.ofUser()) {
      return name.append("tree_").append(file + 1).append(".root").toString();
    }
    guid(name, SeededRandom.of(key, 2L * file));
    return name.append(".root").toString();
  }

  long size(int file) {
    return FileSizes.draw(SeededRandom.of(key, 2L * file + 1), tier.sizeFactor());
  }

  private static void guid(StringBuilder name, SeededRandom random) {
    long high = random.nextLong();
    long low = random.nextLong();
    for (int digit = 0; digit < 32; digit++) {
      if (digit == 8 || digit == 12 || digit == 16 || digit == 20) {
        name.append('-');
      }
      long half = digit < 16 ? high : low;
      name.append(HEX[(int) (half >>> (60 - 4 * (digit & 15))) & 15]);
    }
  }
}
