// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.system;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.core.layout.PatternLayout;

/** Keeps the last lines of the kernel's log. */
final class LogTail extends AbstractAppender {

  private static final int MOST_LINES = 2_000;

  private final Deque<String> lines = new ArrayDeque<>();

  LogTail() {
    super(
        "decisionlab-tail",
        null,
        PatternLayout.newBuilder().withPattern("%d{HH:mm:ss} %p %c{1}: %m%n%ex{short}").build(),
        true,
        Property.EMPTY_ARRAY);
  }

  /** Begins to listen to all loggers. */
  void attach() {
    start();
    LoggerContext.getContext(false)
        .getConfiguration()
        .getRootLogger()
        .addAppender(this, null, null);
  }

  /** Ends listening. */
  void detach() {
    LoggerContext.getContext(false).getConfiguration().getRootLogger().removeAppender(getName());
    stop();
  }

  @Override
  public void append(LogEvent event) {
    String text = getLayout().toSerializable(event).toString();
    synchronized (lines) {
      text.lines().forEach(lines::add);
      while (lines.size() > MOST_LINES) {
        lines.remove();
      }
    }
  }

  /** The last lines, at most as many as wanted. */
  List<String> last(int count) {
    synchronized (lines) {
      List<String> all = new ArrayList<>(lines);
      return all.subList(Math.max(0, all.size() - count), all.size());
    }
  }
}
