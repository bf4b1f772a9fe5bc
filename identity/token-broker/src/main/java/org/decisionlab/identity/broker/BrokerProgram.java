// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/** The broker as a program; its settings are in the environment. */
public final class BrokerProgram {

  private BrokerProgram() {}

  /** Runs until it is told to end. */
  public static void main(String[] arguments) throws InterruptedException {
    BrokerSettings settings;
    try {
      settings = BrokerSettings.of(System.getenv());
    } catch (IllegalArgumentException | IOException e) {
      System.err.println("token-broker: " + e.getMessage());
      System.exit(2);
      return;
    }
    Broker broker = Broker.start(settings);
    CountDownLatch end = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  broker.close();
                  end.countDown();
                },
                "end of token-broker"));
    System.out.println("token broker at " + broker.address());
    end.await();
  }
}
