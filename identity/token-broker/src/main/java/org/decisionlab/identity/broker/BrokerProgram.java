// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.logging.ConsoleHandler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/**
 * The broker as a program; its settings are in the environment, and {@code DECISIONLAB_LOG_LEVEL}
 * (of {@code java.util.logging}, {@code INFO}).
 */
public final class BrokerProgram {

  private BrokerProgram() {}

  /** Runs until it is told to end. */
  public static void main(String[] arguments) throws InterruptedException {
    BrokerSettings settings;
    try {
      log(Level.parse(System.getenv().getOrDefault("DECISIONLAB_LOG_LEVEL", "INFO")));
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

  /**
   * One handler for everything, which leaves tokens out; Spring Boot is kept from adding its own.
   */
  private static void log(Level level) {
    System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
    // Tomcat gives console handlers a formatter of its own, unless it is told which one.
    System.setProperty("org.apache.juli.formatter", RedactedFormatter.class.getName());
    LogManager.getLogManager().reset();
    ConsoleHandler handler = new ConsoleHandler();
    handler.setFormatter(new RedactedFormatter());
    handler.setLevel(Level.ALL);
    Logger root = Logger.getLogger("");
    root.addHandler(handler);
    root.setLevel(level);
  }
}
