// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** For each test a driver, and executors that get what it sends. */
abstract class DriverAndExecutor {

  Driver driver;

  @BeforeEach
  final void start() throws Exception {
    driver = new Driver();
  }

  @AfterEach
  final void stop() throws Exception {
    driver.close();
  }

  /** What an executor gives for 3 by the function that was sent. */
  final Object remote(byte[] sent) throws Exception {
    return Remote.of(driver.classes()).call(sent, 3);
  }

  /** What an executor gives for 3 by a function of the driver. */
  final Object remote(String function) throws Exception {
    return remote(driver.sent(function));
  }
}
