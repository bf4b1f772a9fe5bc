// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.distribution;

import org.decisionlab.core.access.AccessFormat;
import org.decisionlab.simulator.cache.CacheSize;
import org.decisionlab.simulator.generate.Preset;
import org.decisionlab.simulator.policy.Eviction;
import org.decisionlab.simulator.replay.ReportFormat;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Turns words of the command line into the things they name; the refusal lists the known words. */
final class Words {

  private Words() {}

  @FunctionalInterface
  private interface Naming<T> {
    T of(String word);
  }

  private static <T> T known(Naming<T> naming, String word) {
    try {
      return naming.of(word);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }

  /** Access formats. */
  static final class Format implements ITypeConverter<AccessFormat> {
    @Override
    public AccessFormat convert(String word) {
      return known(AccessFormat::of, word);
    }
  }

  /** Eviction policies. */
  static final class Policy implements ITypeConverter<Eviction> {
    @Override
    public Eviction convert(String word) {
      return known(Eviction::of, word);
    }
  }

  /** Cache sizes. */
  static final class Size implements ITypeConverter<CacheSize> {
    @Override
    public CacheSize convert(String word) {
      return known(CacheSize::parse, word);
    }
  }

  /** Report formats. */
  static final class Report implements ITypeConverter<ReportFormat> {
    @Override
    public ReportFormat convert(String word) {
      return known(ReportFormat::of, word);
    }
  }

  /** Generated workloads. */
  static final class Workload implements ITypeConverter<Preset> {
    @Override
    public Preset convert(String word) {
      return known(Preset::of, word);
    }
  }
}
