// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.log;

import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.spi.LoggingEventBuilder;

/** A logger whose first warning starts the provider that writes it. */
final class DeferredLogger extends LegacyAbstractLogger {

  private static final long serialVersionUID = 1;

  private final transient DeferredLogging logging;
  private transient volatile @Nullable Logger real;

  DeferredLogger(String name, DeferredLogging logging) {
    this.name = name;
    this.logging = logging;
  }

  private @Nullable Logger ifStarted() {
    Logger known = real;
    if (known == null) {
      ILoggerFactory factory = logging.ifStarted();
      if (factory != null) {
        known = factory.getLogger(name);
        real = known;
      }
    }
    return known;
  }

  private boolean isEnabled(Level level) {
    Logger known = ifStarted();
    return known == null ? level.toInt() >= Level.WARN.toInt() : known.isEnabledForLevel(level);
  }

  @Override
  public boolean isTraceEnabled() {
    return isEnabled(Level.TRACE);
  }

  @Override
  public boolean isDebugEnabled() {
    return isEnabled(Level.DEBUG);
  }

  @Override
  public boolean isInfoEnabled() {
    return isEnabled(Level.INFO);
  }

  @Override
  public boolean isWarnEnabled() {
    return isEnabled(Level.WARN);
  }

  @Override
  public boolean isErrorEnabled() {
    return isEnabled(Level.ERROR);
  }

  @Override
  protected void handleNormalizedLoggingCall(
      Level level,
      @Nullable Marker marker,
      String message,
      @Nullable Object @Nullable [] arguments,
      @Nullable Throwable cause) {
    Logger known = ifStarted();
    if (known == null) {
      known = logging.start().getLogger(name);
    }
    LoggingEventBuilder line = known.atLevel(level);
    if (marker != null) {
      line = line.addMarker(marker);
    }
    if (cause != null) {
      line = line.setCause(cause);
    }
    line.log(message, arguments);
  }

  @Override
  protected @Nullable String getFullyQualifiedCallerName() {
    return null;
  }
}
