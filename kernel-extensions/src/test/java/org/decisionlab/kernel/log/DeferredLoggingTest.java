// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

class DeferredLoggingTest {

  private final DeferredLogging logging = new DeferredLogging();
  private final Logger own = logging.getLoggerFactory().getLogger("org.decisionlab.Probe");

  @Test
  void theKernelsOwnLoggersStartNothingBelowAWarning() {
    assertThat(logging.getLoggerFactory().getLogger("BaseKernel")).isNotNull();
    own.info("not written");
    own.debug("not written {}", 1);
    assertThat(own.isInfoEnabled()).isFalse();
    assertThat(own.isWarnEnabled()).isTrue();
    assertThat(logging.ifStarted()).isNull();
  }

  @Test
  void theFirstWarningStartsTheProviderOfTheClassPath() {
    own.warn("written by {}", "a test");
    assertThat(logging.ifStarted()).isNotNull().isSameAs(logging.getLoggerFactory());
    Logger real = logging.getLoggerFactory().getLogger("org.decisionlab.Probe");
    assertThat(real).isNotInstanceOf(DeferredLogger.class);
    assertThat(own.isDebugEnabled()).isEqualTo(real.isDebugEnabled());
    assertThat(own.isErrorEnabled()).isEqualTo(real.isErrorEnabled());
  }

  @Test
  void aLibraryThatAsksForALoggerStartsIt() {
    Logger library = logging.getLoggerFactory().getLogger("org.apache.spark.Probe");
    assertThat(library).isNotInstanceOf(DeferredLogger.class);
    assertThat(logging.ifStarted()).isNotNull();
  }

  @Test
  void whoWaitsForTheStartIsToldOnceBeforeTheFirstLine() {
    List<String> told = new ArrayList<>();
    DeferredLogging.Loggers loggers = (DeferredLogging.Loggers) logging.getLoggerFactory();
    loggers.onceStarted(() -> told.add("waited"));
    assertThat(told).isEmpty();
    loggers.start();
    loggers.start();
    loggers.onceStarted(() -> told.add("late"));
    assertThat(told).containsExactly("waited", "late");
  }
}
