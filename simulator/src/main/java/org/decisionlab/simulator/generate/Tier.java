// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.generate;

/**
 * A data tier as far as the generator needs it.
 *
 * @param name such as MINIAODSIM
 * @param share share of the datasets
 * @param sizeFactor size of its files relative to the size table
 * @param readShare median share of a file that one opening reads
 */
record Tier(String name, double share, double sizeFactor, double readShare) {

  boolean simulated() {
    return name.endsWith("SIM");
  }

  boolean ofUser() {
    return name.equals("USER");
  }
}
