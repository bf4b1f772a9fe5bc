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
import org.decisionlab.kernel.log.DeferredLogging;
import org.jspecify.annotations.Nullable;

/** Keeps the last lines of the kernel's log, from when logging starts. */
final class LogTail {

  private static final int MOST_LINES = 2_000;

  private final Deque<String> lines = new ArrayDeque<>();
  private boolean wanted;
  private @Nullable Listener listener;

  /** Begins to listen to all loggers; starts no logging. */
  void attach() {
    synchronized (this) {
      wanted = true;
    }
    DeferredLogging.onceStarted(this::listen);
  }

  private synchronized void listen() {
    if (wanted && listener == null) {
      listener = new Listener();
      listener.start();
      LoggerContext.getContext(false)
          .getConfiguration()
          .getRootLogger()
          .addAppender(listener, null, null);
    }
  }

  /** Ends listening. */
  synchronized void detach() {
    wanted = false;
    if (listener != null) {
      LoggerContext.getContext(false)
          .getConfiguration()
          .getRootLogger()
          .removeAppender(listener.getName());
      listener.stop();
      listener = null;
    }
  }

  private void append(String text) {
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

  private final class Listener extends AbstractAppender {

    Listener() {
      super(
          "decisionlab-tail",
          null,
          PatternLayout.newBuilder().withPattern("%d{HH:mm:ss} %p %c{1}: %m%n%ex{short}").build(),
          true,
          Property.EMPTY_ARRAY);
    }

    @Override
    public void append(LogEvent event) {
      LogTail.this.append(getLayout().toSerializable(event).toString());
    }
  }
}
