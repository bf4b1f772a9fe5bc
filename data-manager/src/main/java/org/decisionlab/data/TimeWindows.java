// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.data;

import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;

/**
 * Three windows of time, one after another.
 *
 * @param trainFrom first instant of training
 * @param validationFrom first instant of validation, after training
 * @param testFrom first instant of the test
 * @param until last instant that was observed
 */
public record TimeWindows(
    Instant trainFrom, Instant validationFrom, Instant testFrom, Instant until)
    implements Serializable {

  /** Refuses an empty window. */
  public TimeWindows {
    if (!trainFrom.isBefore(validationFrom)
        || !validationFrom.isBefore(testFrom)
        || testFrom.isAfter(until)) {
      throw new IllegalArgumentException(
          "training, validation and test must follow one another within the records: from "
              + trainFrom
              + ", validation from "
              + validationFrom
              + ", test from "
              + testFrom
              + ", until "
              + until);
    }
  }

  /**
   * How long a window is.
   *
   * @throws IllegalArgumentException when the part is no window
   */
  public Duration length(Split split) {
    return switch (split) {
      case TRAIN -> Duration.between(trainFrom, validationFrom);
      case VALIDATION -> Duration.between(validationFrom, testFrom);
      case TEST -> Duration.between(testFrom, until);
      case UNMATURED -> throw new IllegalArgumentException(split.word() + " is no window of time");
    };
  }

  /**
   * The part that an opening belongs to. Its label counts only when its whole horizon lies within
   * its own window: were the early known "reused" let in alone, the end of each window would hold
   * positive labels only.
   */
  public Split of(Instant openedAt, Duration horizon) {
    Split window;
    Instant end;
    if (openedAt.isBefore(validationFrom)) {
      window = Split.TRAIN;
      end = validationFrom;
    } else if (openedAt.isBefore(testFrom)) {
      window = Split.VALIDATION;
      end = testFrom;
    } else {
      window = Split.TEST;
      end = until;
    }
    return openedAt.plus(horizon).isAfter(end) ? Split.UNMATURED : window;
  }
}
