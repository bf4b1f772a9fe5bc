// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.iamsim;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * The simulator as a program. Options: {@code --folder DIR} for its secrets (needed), {@code --port
 * N}, {@code --address A}, {@code --redirect URL} for each place where a hub's logins return to.
 */
public final class IamSimProgram {

  private IamSimProgram() {}

  /** Runs until it is told to end. */
  public static void main(String[] arguments) throws InterruptedException {
    SimSettings settings;
    try {
      settings = settings(arguments);
    } catch (IllegalArgumentException e) {
      System.err.println("iam-sim: " + e.getMessage());
      System.exit(2);
      return;
    }
    IamSim simulator = IamSim.start(settings);
    CountDownLatch end = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  simulator.close();
                  end.countDown();
                },
                "end of iam-sim"));
    System.out.println(
        "IAM simulator at " + simulator.base() + "/, secrets in " + settings.folder());
    end.await();
  }

  /**
   * Settings of a command line.
   *
   * @throws IllegalArgumentException when it cannot be read
   */
  static SimSettings settings(String... arguments) {
    String address = "127.0.0.1";
    int port = 0;
    Path folder = null;
    List<String> redirects = new ArrayList<>();
    for (int i = 0; i < arguments.length; i += 2) {
      if (i + 1 == arguments.length) {
        throw new IllegalArgumentException("a value is missing after " + arguments[i]);
      }
      String value = arguments[i + 1];
      switch (arguments[i]) {
        case "--address" -> address = value;
        case "--port" -> port = number(value);
        case "--folder" -> folder = Path.of(value);
        case "--redirect" -> redirects.add(value);
        default ->
            throw new IllegalArgumentException(
                "no such option: "
                    + arguments[i]
                    + "; there are --folder DIR, --port N, --address"
                    + " A, --redirect URL");
      }
    }
    if (folder == null) {
      throw new IllegalArgumentException("where its secrets are is missing: --folder DIR");
    }
    return SimSettings.demo(folder, redirects).on(address).at(port);
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("a port is a number, not '" + text + "'", e);
    }
  }
}
