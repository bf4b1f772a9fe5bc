// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import java.nio.file.Path;
import org.decisionlab.identity.iamsim.Terms;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** One world for all the tests of a class, on the usual terms before each. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SharedWorld {

  private final BrokerSettings.Exchange exchange;
  private final int exchangesPerMinute;
  BrokerWorld world;

  SharedWorld(BrokerSettings.Exchange exchange, int exchangesPerMinute) {
    this.exchange = exchange;
    this.exchangesPerMinute = exchangesPerMinute;
  }

  @BeforeAll
  final void start(@TempDir Path folder) throws Exception {
    world = new BrokerWorld(folder, exchange, exchangesPerMinute);
  }

  @AfterAll
  final void stop() {
    world.close();
  }

  @BeforeEach
  final void usual() {
    world.iam.switches().change(terms -> Terms.USUAL);
  }
}
