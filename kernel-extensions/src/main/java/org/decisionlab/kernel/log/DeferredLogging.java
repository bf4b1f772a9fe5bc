// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.log;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.BasicMDCAdapter;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.NOP_FallbackServiceProvider;
import org.slf4j.helpers.Reporter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * A provider of SLF4J that starts the one of the class path when there is a line to log or a
 * library asks for a logger, and not for the loggers of the kernel itself: Log4j takes a third of a
 * second of processor time to start, which the first cell would wait for. SLF4J makes it by name,
 * see {@link org.slf4j.LoggerFactory#PROVIDER_PROPERTY_KEY}.
 *
 * <p>Fit for configurations that log the kernel's warnings and errors only and show no diagnostic
 * context: before the start, its lines below warnings are taken for not wanted.
 */
public final class DeferredLogging implements SLF4JServiceProvider {

  private final IMarkerFactory markers = new BasicMarkerFactory();
  private final MDCAdapter context = new BasicMDCAdapter();
  private final Loggers loggers = new Loggers();
  private final List<Runnable> waiting = new ArrayList<>();
  private volatile @Nullable ILoggerFactory started;

  /** Does something as soon as logging has started: now, where it is not deferred. */
  public static void onceStarted(Runnable task) {
    if (LoggerFactory.getILoggerFactory() instanceof Loggers deferred) {
      deferred.onceStarted(task);
    } else {
      task.run();
    }
  }

  @Override
  public void initialize() {
    // Nothing: that is what this provider is for.
  }

  @Override
  public ILoggerFactory getLoggerFactory() {
    ILoggerFactory real = started;
    return real == null ? loggers : real;
  }

  /** The loggers of the class path's provider, if it has been started. */
  @Nullable ILoggerFactory ifStarted() {
    return started;
  }

  /** Loggers that were asked for before the start. */
  public final class Loggers implements ILoggerFactory {

    private Loggers() {}

    @Override
    public Logger getLogger(String name) {
      return isOfKernel(name)
          ? new DeferredLogger(name, DeferredLogging.this)
          : DeferredLogging.this.start().getLogger(name);
    }

    /** The kernel's base classes name their loggers without a package. */
    private static boolean isOfKernel(String name) {
      return name.startsWith("org.decisionlab.") || name.indexOf('.') < 0;
    }

    /** Starts the provider of the class path, where no line has yet. */
    public void start() {
      var unused = DeferredLogging.this.start();
    }

    void onceStarted(Runnable task) {
      synchronized (DeferredLogging.this) {
        if (started == null) {
          waiting.add(task);
          return;
        }
      }
      task.run();
    }
  }

  /** Starts the provider of the class path; what is started already stays. */
  synchronized ILoggerFactory start() {
    ILoggerFactory real = started;
    if (real == null) {
      real = provided();
      started = real;
      waiting.forEach(Runnable::run);
      waiting.clear();
    }
    return real;
  }

  /** As with SLF4J itself, one that cannot start costs the log, not the kernel. */
  private static ILoggerFactory provided() {
    try {
      SLF4JServiceProvider provider =
          ServiceLoader.load(SLF4JServiceProvider.class, DeferredLogging.class.getClassLoader())
              .findFirst()
              .orElseGet(NOP_FallbackServiceProvider::new);
      provider.initialize();
      return provider.getLoggerFactory();
    } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
      Reporter.error("nothing is logged: the provider of SLF4J cannot start", e);
      return new NOP_FallbackServiceProvider().getLoggerFactory();
    }
  }

  @Override
  public IMarkerFactory getMarkerFactory() {
    return markers;
  }

  @Override
  public MDCAdapter getMDCAdapter() {
    return context;
  }

  @Override
  public String getRequestedApiVersion() {
    return "2.0.99";
  }
}
