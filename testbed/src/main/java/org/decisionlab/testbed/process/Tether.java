// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.testbed.process;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The first class of a component's JVM: runs the component's main class, and ends the JVM and its
 * children as soon as the standard input closes, which it does when the process that started it is
 * gone, however it went.
 */
public final class Tether {

  private Tether() {}

  /**
   * Runs another main class.
   *
   * @param args name of the main class, then its arguments
   */
  public static void main(String[] args) throws Exception {
    Thread watch = new Thread(Tether::endWithParent, "tether");
    watch.setDaemon(true);
    watch.start();
    String[] rest = Arrays.copyOfRange(args, 1, args.length);
    try {
      Class.forName(args[0]).getMethod("main", String[].class).invoke(null, (Object) rest);
    } catch (InvocationTargetException e) {
      Objects.requireNonNullElse(e.getCause(), e).printStackTrace();
      Runtime.getRuntime().halt(1);
    }
  }

  private static void endWithParent() {
    try {
      while (System.in.read() >= 0) {
        // Nothing is ever sent.
      }
    } catch (IOException e) {
      System.err.println("standard input broke: " + e);
    }
    List<ProcessHandle> children = ProcessHandle.current().descendants().toList();
    children.forEach(ProcessHandle::destroyForcibly);
    Runtime.getRuntime().halt(0);
  }
}
