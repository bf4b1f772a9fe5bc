// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.data;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * How the time of a set of records is divided into training, validation and test; never shuffled.
 */
@FunctionalInterface
public interface TimeSplit {

  /**
   * The windows of records between two instants.
   *
   * @param first when the first record was opened
   * @param last when the last record was opened
   * @throws IllegalArgumentException when the division does not fit the records
   */
  TimeWindows over(Instant first, Instant last);

  /**
   * Divides by shares of the time span; the rest is for the test.
   *
   * @param train share for training, above 0
   * @param validation share for validation, above 0; together with {@code train} below 1
   */
  static TimeSplit shares(double train, double validation) {
    if (!(train > 0 && validation > 0 && train + validation < 1)) {
      throw new IllegalArgumentException(
          "the shares of training and validation must be above 0 and together below 1: "
              + train
              + ", "
              + validation);
    }
    return (first, last) -> {
      double span = Duration.between(first, last).toNanos() / 1000.0;
      return new TimeWindows(
          first,
          first.plus((long) (span * train), ChronoUnit.MICROS),
          first.plus((long) (span * (train + validation)), ChronoUnit.MICROS),
          last);
    };
  }

  /** Divides at two instants; records opened at an instant belong to the window it begins. */
  static TimeSplit at(Instant validationFrom, Instant testFrom) {
    return (first, last) -> new TimeWindows(first, validationFrom, testFrom, last);
  }
}
